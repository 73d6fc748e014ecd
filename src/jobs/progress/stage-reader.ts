import type { StageRule } from '../../protocol/progress-stage-rule.ts'
import { type Figure, figureAtStart, figureBehind } from './figure.ts'

/** What one line says. */
export interface LineReading {
  /** Null: nothing of it. */
  readonly stage: string | null
  readonly figure: CountedFigure | null
}

export interface CountedFigure extends Figure {
  /** What is counted: the word in front of the figure; null: there is none. */
  readonly word: string | null
}

/** Places of a line that are looked at for one word. */
const MOST_PLACES = 32
/** In front of a figure it is a word for all jobs. */
const PROGRESS = 'progress'

interface Word {
  readonly text: string
  readonly rule: StageRule
}

interface Place {
  /** Where the word of the line begins, and where it ends. */
  readonly from: number
  readonly to: number
}

/** Reads what lines say of what a job does. What it does is bounded, whatever the rules and the line. */
export class StageReader {
  readonly #words: readonly Word[]

  constructor(rules: readonly StageRule[]) {
    this.#words = rules.flatMap((rule) =>
      rule.words.map((word) => ({ text: word.trim().replace(/\s+/g, ' ').toLowerCase(), rule })),
    )
  }

  /** @param piece a line as `plainPieces` gives it */
  read(piece: string): LineReading {
    const line = piece.toLowerCase()
    const rule = this.#ruleOf(line)
    return { stage: rule?.stage ?? null, figure: this.#figureOf(line, rule) }
  }

  /** That whose word stands first; of several that begin there, the first rule. */
  #ruleOf(line: string): StageRule | null {
    let first = Infinity
    let found: StageRule | null = null
    for (const { text, rule } of this.#words) {
      const from = placesOf(text, line, 1)[0]?.from ?? Infinity
      if (from >= first) continue
      first = from
      found = rule
    }
    return found
  }

  /** How far the job is, not how far something within it is. */
  #figureOf(line: string, rule: StageRule | null): CountedFigure | null {
    const counted = this.#words.flatMap((word) => this.#figureBehind(word, line) ?? [])
    if (counted[0] !== undefined)
      return counted[1] === undefined ? counted[0] : within(counted[0], counted[1])
    if (rule !== null && rule.progress !== true) return null
    const place = placesOf(PROGRESS, line, 1)[0]
    const told = place === undefined ? null : figureBehind(line, place.to)
    const figure = told ?? (rule === null ? figureAtStart(line) : null)
    return figure && { ...figure, word: null }
  }

  #figureBehind({ text, rule }: Word, line: string): CountedFigure | null {
    if (rule.progress !== true) return null
    for (const place of placesOf(text, line, MOST_PLACES)) {
      const figure = figureBehind(line, place.to)
      if (figure !== null && !this.#isOfOther(line, place)) return { ...figure, word: text }
    }
    return null
  }

  /** In `validation step 3/10` it is validation that has steps; in `saving checkpoint at step 3/10` it is the job. */
  #isOfOther(line: string, { from }: Place): boolean {
    return this.#words.some(
      ({ text, rule }) =>
        rule.progress !== true &&
        placesOf(text, line, MOST_PLACES).some(
          ({ to }) => to <= from && !/[\p{L}\p{N}]/u.test(line.slice(to, from)),
        ),
    )
  }
}

/**
 * What `epoch 3/10, step 40/50` comes to. Some count steps over all epochs, others within each: where the steps are within
 * the epoch's share of the whole they are of all, else of this one. So it is never wrong by more than an epoch.
 */
function within(fine: CountedFigure, coarse: CountedFigure): CountedFigure {
  const before = Math.max(0, coarse.done - 1)
  const share = Math.min(1, fine.done / fine.total)
  const isOfAll = share * coarse.total >= before && share * coarse.total <= before + 1
  return isOfAll ? fine : { done: before + share, total: coarse.total, word: coarse.word }
}

/** Where words of a line begin with a word, from the left. */
function placesOf(word: string, line: string, most: number): readonly Place[] {
  const places: Place[] = []
  let from = line.indexOf(word)
  for (let tried = 0; from !== -1 && tried < MOST_PLACES && places.length < most; tried++) {
    if (!isWithinWord(line, from)) places.push({ from, to: endOfWord(line, from + word.length) })
    from = line.indexOf(word, from + word.length)
  }
  return places
}

const inWord = /[\p{L}\p{N}\p{M}]/u
const lettersHere = /\p{L}*/uy

function isWithinWord(line: string, at: number): boolean {
  if (at === 0) return false
  const before = line.charCodeAt(at - 1)
  // Half of a pair: its other half says what it is.
  const start = (before & 0xfc00) === 0xdc00 ? at - 2 : at - 1
  return inWord.test(line.slice(Math.max(0, start), at))
}

function endOfWord(line: string, at: number): number {
  lettersHere.lastIndex = at
  lettersHere.exec(line)
  return lettersHere.lastIndex
}
