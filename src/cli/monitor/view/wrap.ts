import { cutTo, oneLine, widthOf } from '../../output/text-width.ts'

/** Plain text in lines of so many columns, broken at spaces where there are some. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapLine(oneLine(paragraph), Math.max(1, width)))
}

function wrapLine(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let rest = text
  while (widthOf(rest) > width) {
    const fits = cutTo(rest, width + 1).slice(0, -1)
    const space = fits.length < rest.length && rest[fits.length] === ' ' ? fits.length : fits.lastIndexOf(' ')
    const at = space > width / 3 ? space : Math.max(1, fits.length)
    lines.push(rest.slice(0, at))
    rest = rest.slice(at).trimStart()
  }
  return [...lines, rest]
}
