import { inspect, isDeepStrictEqual } from 'node:util'
import { drawRows, type Drawn } from './draw-rows.ts'
import type { Marble, MarbleValues, SubscriptionFrames } from './parse-marbles.ts'

/** Two diagrams as text, one above the other, and what to know to read them. */
export interface Comparison {
  readonly expected: string
  readonly actual: string
  /** Both rows, a pointer to the first difference, and a legend; lines are indented. */
  readonly text: string
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** Marbles drawn from the first difference on: enough to see where things went. */
const MARBLES_AFTER = 20
const MARKS = ' -()|#^!'

/** The letters of one comparison: those of the expected diagram's values, and free ones for values nobody expected. */
class Alphabet {
  readonly #letters = new Map<string, unknown>()
  readonly #legend = new Map<string, unknown>()

  constructor(values: MarbleValues<unknown> | undefined) {
    for (const [letter, value] of Object.entries(values ?? {})) this.#letters.set(letter, value)
  }

  letterOf(value: unknown): string {
    for (const [letter, known] of this.#letters) {
      if (isDeepStrictEqual(known, value)) return this.#noted(letter, value)
    }
    const itself = typeof value === 'string' && value.length === 1 && !MARKS.includes(value)
    const free = [...LETTERS].find((letter) => !this.#letters.has(letter)) ?? '?'
    const letter = itself && !this.#letters.has(value) ? value : free
    this.#letters.set(letter, value)
    return this.#noted(letter, value)
  }

  /** One line per letter that does not speak for itself. */
  get legend(): readonly string[] {
    return [...this.#legend].map(([letter, value]) => `  ${letter} = ${inspect(value, { depth: 3 })}`)
  }

  #noted(letter: string, value: unknown): string {
    if (letter !== value) this.#legend.set(letter, value)
    return letter
  }
}

/** Draws what a stream was expected to be and what it was, or undefined where they are the same. */
export function compareMarbles(
  expected: readonly Marble<unknown>[],
  actual: readonly Marble<unknown>[],
  values?: MarbleValues<unknown>,
): Comparison | undefined {
  const length = Math.max(expected.length, actual.length)
  const at = Array.from({ length }).findIndex((_, i) => !sameMarble(expected[i], actual[i]))
  if (at === -1) return undefined
  if (length > at + MARBLES_AFTER) {
    const end = at + MARBLES_AFTER
    const { text, ...rows } = draw(expected.slice(0, end), actual.slice(0, end), at, values)
    return { ...rows, text: `${text}\n  (and ${length - end} more)` }
  }
  return draw(expected, actual, at, values)
}

function draw(
  expected: readonly Marble<unknown>[],
  actual: readonly Marble<unknown>[],
  at: number,
  values: MarbleValues<unknown> | undefined,
): Comparison {
  const alphabet = new Alphabet(values)
  const describe = (marbles: readonly Marble<unknown>[]): Drawn[] =>
    marbles.map((marble) => ({ frame: marble.frame, mark: describeMarble(marble, alphabet) }))
  const frame = Math.min(expected[at]?.frame ?? Infinity, actual[at]?.frame ?? Infinity)
  const [wanted, seen] = [describe(expected), describe(actual)]
  const errors = [
    ...expected.flatMap((marble) =>
      marble.kind === 'error' ? [`  # = ${inspectError(marble.error)}, expected`] : [],
    ),
    ...actual.flatMap((marble) =>
      marble.kind === 'error' ? [`  # = ${inspectError(marble.error)}, actual`] : [],
    ),
  ]
  return compare(wanted, seen, frame, [...alphabet.legend, ...errors])
}

/** The same for when a source was subscribed to. */
export function compareSubscriptions(
  expected: readonly SubscriptionFrames[],
  actual: readonly SubscriptionFrames[],
): Comparison | undefined {
  if (isDeepStrictEqual(expected, actual)) return undefined
  const pairs = Array.from({ length: Math.max(expected.length, actual.length) }, (_, i) => {
    const [wanted, seen] = [describeSubscription(expected[i]), describeSubscription(actual[i])]
    const at = Array.from({ length: 2 }).findIndex((_, n) => wanted[n]?.frame !== seen[n]?.frame)
    if (at === -1) return compare(wanted, seen, undefined, [])
    const frame = Math.min(wanted[at]?.frame ?? Infinity, seen[at]?.frame ?? Infinity)
    return compare(wanted, seen, frame, [])
  })
  return {
    expected: pairs.map((pair) => pair.expected).join('\n'),
    actual: pairs.map((pair) => pair.actual).join('\n'),
    text: pairs.map((pair) => pair.text).join('\n\n'),
  }
}

function compare(
  wanted: readonly Drawn[],
  seen: readonly Drawn[],
  frame: number | undefined,
  legend: readonly string[],
): Comparison {
  const { rows, columnOf } = drawRows([wanted, seen])
  const [expected = '', actual = ''] = rows
  const lines = [`  expected  ${expected}`, `  actual    ${actual}`]
  if (frame !== undefined) {
    const difference = `frame ${frame}: expected ${marksAt(wanted, frame)}, got ${marksAt(seen, frame)}`
    lines.push(`${' '.repeat(12 + columnOf(frame))}^ ${difference}`)
  }
  return { expected, actual, text: [...lines, ...legend].join('\n') }
}

function marksAt(marks: readonly Drawn[], frame: number): string {
  return marks.flatMap((drawn) => (drawn.frame === frame ? [drawn.mark] : [])).join('') || 'nothing'
}

function describeMarble(marble: Marble<unknown>, alphabet: Alphabet): string {
  switch (marble.kind) {
    case 'next':
      return alphabet.letterOf(marble.value)
    case 'error':
      return '#'
    case 'complete':
      return '|'
  }
}

function describeSubscription(frames: SubscriptionFrames | undefined): readonly Drawn[] {
  const marks = [
    { frame: frames?.subscribedFrame ?? Infinity, mark: '^' },
    { frame: frames?.unsubscribedFrame ?? Infinity, mark: '!' },
  ]
  return marks.filter(({ frame }) => frame !== Infinity)
}

function sameMarble(expected: Marble<unknown> | undefined, actual: Marble<unknown> | undefined): boolean {
  if (expected?.kind !== 'error' || actual?.kind !== 'error') return isDeepStrictEqual(expected, actual)
  return expected.frame === actual.frame && sameError(expected.error, actual.error)
}

/** A class stands for its instances, a regular expression for messages it matches. */
function sameError(expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'function') return actual instanceof expected
  if (expected instanceof RegExp)
    return expected.test(actual instanceof Error ? actual.message : String(actual))
  return isDeepStrictEqual(expected, actual)
}

function inspectError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error)
}
