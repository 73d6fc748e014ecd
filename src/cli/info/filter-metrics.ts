/** Of figures in the text format of Prometheus those that have a text in their names, with what is said of them. */
export function filterMetrics(text: string, part: string): string {
  let family = ''
  return text
    .split('\n')
    .filter((line) => {
      // A histogram's figures have longer names than what is said of it.
      const said = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1]
      const name = said ?? /^[^\s{#]+/.exec(line)?.[0]
      if (name === undefined) return false
      if (said !== undefined) family = said
      return (name.startsWith(family) && family !== '' ? family : name).includes(part)
    })
    .map((line) => `${line}\n`)
    .join('')
}
