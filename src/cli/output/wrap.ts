import { oneLine } from './text-width.ts'
import { indexOfColumn } from './index-of-column.ts'

/** Plain text in lines of so many columns, at least two, broken at spaces where there are some. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapLine(oneLine(paragraph), width))
}

function wrapLine(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let rest = text
  for (;;) {
    const fits = indexOfColumn(rest, width)
    if (fits === rest.length) return [...lines, rest]
    const space = rest.lastIndexOf(' ', fits)
    // A line with one character at least, and no almost empty one before a long word.
    const end = space > width / 3 ? space : Math.max(1, fits)
    lines.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
}
