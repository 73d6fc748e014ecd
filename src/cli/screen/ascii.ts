import { widthOf } from '../output/text-width.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether a terminal shows more than ASCII, by its locale as POSIX has it. */
export function hasUnicode(env: Environment, platform: NodeJS.Platform): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG']
  if (locale === undefined) return platform === 'win32' || platform === 'darwin'
  return /utf-?8/i.test(locale)
}

const replacements = new Map([
  ...[...'▁▂▃▄▅▆▇█'].map((block, i) => [block, '.:-=+*#@'[i]!] as const),
  ['…', '~'],
  ['·', '-'],
  ['—', '-'],
  ['─', '-'],
  ['│', '|'],
  ['├', '|'],
  ['└', '`'],
  ['↑', '^'],
  ['↓', 'v'],
  ['›', '>'],
  ['✔', '+'],
  ['⚠', '!'],
  ['“', '"'],
  ['”', '"'],
])

const segmenter = new Intl.Segmenter()

/** A line as wide as it was in ASCII alone. */
export function toAscii(line: string): string {
  if (/^[\u0000-\u007f]*$/.test(line)) return line
  let text = ''
  for (const { segment } of segmenter.segment(line))
    text += segment <= '\u007f' ? segment : (replacements.get(segment) ?? '?'.repeat(widthOf(segment)))
  return text
}
