/** A child's result is the one line on stdout that starts with this; libraries may print what they like. */
const mark = '@@result '

export const report = (value: unknown): void => {
  process.stdout.write(`${mark}${JSON.stringify(value)}\n`)
}

export const resultIn = (stdout: string): unknown => {
  const line = stdout.split('\n').findLast((candidate) => candidate.startsWith(mark))
  if (line === undefined) throw new Error('the child ended without a result')
  return JSON.parse(line.slice(mark.length))
}
