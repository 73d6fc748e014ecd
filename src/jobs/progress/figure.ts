/** So much of so much, as a line says it. */
export interface Figure {
  readonly done: number
  readonly total: number
}

const number = String.raw`(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,6})?`
const ratio = String.raw`(${number}) ?(?:/|of|out of) ?(${number})(?![\d/]|[.,]\d)`
const percent = String.raw`(\d{1,15}(?:\.\d{1,6})?) ?%`

/** `1500/5000`, `3 of 10`, `1,500 / 5,000` */
const ratioHere = new RegExp(ratio, 'y')
/** `30%`, and the bar behind it with its own ratio, which is more exact: `30%|███   | 1500/5000` */
const percentHere = new RegExp(`${percent}(?:\\|[^|]{0,500}\\| ?${ratio})?`, 'y')
/** What stands between a word and its figure: `Steps: `, `"epoch": [`, `step=#`, and what bars are drawn with. */
const between = /[ :=#"'([|]{0,4}(?:[\u2500-\u259f]{1,200} )?/y
/** `[1500/5000]`, `(3 of 10)` */
const inBrackets = new RegExp(`[[(] ?${ratio} ?[\\])]`, 'y')

/** The figure that stands behind a word which ends there. */
export function figureBehind(line: string, at: number): Figure | null {
  const from = matchAt(between, line, at)
  const start = from === null ? at : at + from[0].length
  // `step1500/5000` is no word and a figure.
  if (start === at) return null
  return ratioAt(line, start) ?? percentAt(line, start)
}

/** The figure that a line begins with, where hardly anything else is meant by it: a percentage, or a ratio in brackets. */
export function figureAtStart(line: string): Figure | null {
  const figure = figureOf(matchAt(inBrackets, line, 0)) ?? percentAt(line, /^[[(]/.test(line) ? 1 : 0)
  // More than all there is: a date, or a share of something else.
  return figure !== null && figure.done <= figure.total ? figure : null
}

const ratioAt = (line: string, at: number): Figure | null => figureOf(matchAt(ratioHere, line, at))

function percentAt(line: string, at: number): Figure | null {
  const match = matchAt(percentHere, line, at)
  if (match === null) return null
  const [, share, done, total] = match
  return figureOf([match[0], done, total]) ?? figureOf([match[0], share, '100'])
}

/** Of nothing at all nobody knows how much is done. */
function figureOf(match: readonly (string | undefined)[] | null): Figure | null {
  if (match === null) return null
  const [done, total] = [toNumber(match[1]), toNumber(match[2])]
  return total > 0 ? { done, total } : null
}

const toNumber = (text: string | undefined): number =>
  text === undefined ? NaN : Number(text.replaceAll(',', ''))

function matchAt(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(line)
}
