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
const MOST_PLACES = 8
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
    const [fine, coarse] = this.#counted(line)
    if (fine !== undefined) return coarse === undefined ? fine : within(fine, coarse)
    if (rule !== null && rule.progress !== true) return null
    const place = placesOf(PROGRESS, line, 1)[0]
    const told = place === undefined ? null : figureBehind(line, place.to)
    const figure = told ?? (rule === null ? figureAtStart(line) : null)
    return figure && { ...figure, word: null }
  }

  /** The figures behind the first words that have one, at most two of one rule. */
  #counted(line: string): readonly CountedFigure[] {
    const found: CountedFigure[] = []
    let by: StageRule | undefined
    let others: ReadonlySet<number> | undefined
    for (const { text, rule } of this.#words) {
      if (rule.progress !== true || (by !== undefined && by !== rule)) continue
      for (const { from, to } of placesOf(text, line, MOST_PLACES)) {
        const figure = figureBehind(line, to)
        if (figure === null) continue
        others ??= this.#endsOfOthers(line)
        if (others.has(endOfWordBefore(line, from))) continue
        found.push({ ...figure, word: text })
        if (found.length === 2) return found
        by = rule
        break
      }
    }
    return found
  }

  /**
   * Where words end that name a stage without figures of the job: in `validation step 3/10` it is validation that has
   * steps. In `saving checkpoint at step 3/10` it is the job.
   */
  #endsOfOthers(line: string): ReadonlySet<number> {
    const others = this.#words.filter(({ rule }) => rule.progress !== true)
    return new Set(others.flatMap(({ text }) => placesOf(text, line, MOST_PLACES).map(({ to }) => to)))
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

/** Of the word in front of a place, what is no letter and no digit between them left out. */
function endOfWordBefore(line: string, at: number): number {
  let end = at
  while (end > 0 && !isWithinWord(line, end)) end--
  return end
}
