/**
 * Text of a help, wrapped at words to a width. Lines that begin at the margin and follow each other are a paragraph;
 * others stay lines, whose rest is aligned with their text. What is to be typed, behind a `$`, is left as it is.
 */
export function reflow(text: string, width: number): string {
  const lines: string[] = []
  let isOpen = false
  for (const line of text.split('\n')) {
    const belongs = /^\S/.test(line)
    if (belongs && isOpen) lines.push(`${lines.pop()} ${line}`)
    else lines.push(line)
    isOpen = belongs && !line.endsWith(':')
  }
  return lines.flatMap((line) => wrap(line, width)).join('\n')
}

function wrap(line: string, width: number): readonly string[] {
  if (line.length <= width || /^\s*\$ /.test(line)) return [line]
  const [margin] = /^\s*(?:\S+\s{2,})?/.exec(line)!
  const indent = ' '.repeat(margin.length < width / 2 ? margin.length : 0)
  const wrapped: string[] = []
  let current = margin
  for (const word of line.slice(margin.length).split(' ')) {
    const isBegun = current.trim() !== '' && current !== margin
    if (isBegun && current.length + 1 + word.length > width) {
      wrapped.push(current)
      current = indent + word
    } else current = isBegun ? `${current} ${word}` : current + word
  }
  return [...wrapped, current]
}
