import type { LogLine } from '../../protocol/job-info.ts'
import type { ProgressRate } from '../../protocol/progress-report.ts'
import { roundedRate } from './estimate.ts'
import { percentOf } from './percent.ts'
import { plainPieces, shortened } from './plain-text.ts'
import type { CountedFigure, StageReader } from './stage-reader.ts'

/** What the newest lines of a log say. */
export interface LogReading {
  readonly stage: string | null
  readonly lastLog: string | null
  readonly progress: number | null
  /** When the line with that figure was written; of a stage without one, the line with the stage. */
  readonly at: string | null
  readonly rate: ProgressRate | null
  /** What is left of what the rate counts; null: nobody knows. */
  readonly more: number | null
}

/** Lines that are read. */
export const NEWEST_LINES = 100
/** Pieces of them that are read, as progress bars write many over each other. */
const MOST_PIECES = 100
/** Characters of the last line that are shown. */
const SHOWN = 80

interface Dated {
  readonly figure: CountedFigure
  readonly at: string
}

/**
 * What the newest lines of a log say: stage and figure are each those of the newest line that has one. Lines are oldest
 * first. No more than a hundred are read, so that it costs next to nothing whatever a job writes.
 * @param lines of them those are read that the job wrote itself
 */
export function readLog(lines: readonly Omit<LogLine, 'seq'>[], reader: StageReader): LogReading {
  let stage: { readonly name: string; readonly at: string } | null = null
  let newest: Dated | null = null
  let earliest: Dated | null = null
  let isOne = true
  for (const { piece, at } of newestPieces(lines)) {
    const { stage: name, figure } = reader.read(piece)
    if (stage === null && name !== null) stage = { name, at }
    if (figure === null) continue
    newest ??= earliest = { figure, at }
    // Up to where it began again, or counted something else.
    isOne &&= isBefore(figure, earliest!.figure)
    if (isOne) earliest = { figure, at }
    else if (stage !== null) break
  }
  return {
    stage: stage?.name ?? null,
    lastLog: lastLogOf(lines),
    progress: newest && percentOf(newest.figure.done, newest.figure.total),
    at: newest?.at ?? stage?.at ?? null,
    ...paceOf(earliest, newest),
  }
}

/** The last line that a job wrote itself, in at most 80 characters; null: it wrote none. */
export function lastLogOf(lines: readonly Pick<LogLine, 'stream' | 'text'>[]): string | null {
  for (const { stream, text } of lines.toReversed()) {
    const piece = stream === 'system' ? undefined : plainPieces(text)[0]
    if (piece !== undefined) return shortened(piece, SHOWN)
  }
  return null
}

function* newestPieces(
  lines: readonly Omit<LogLine, 'seq'>[],
): Generator<{ readonly piece: string; readonly at: string }, void, void> {
  let left = MOST_PIECES
  for (const { stream, text, at } of lines.slice(-NEWEST_LINES).reverse()) {
    if (stream === 'system') continue
    for (const piece of plainPieces(text)) {
      if (left-- === 0) return
      yield { piece, at }
    }
  }
}

const isBefore = (figure: CountedFigure, later: CountedFigure): boolean =>
  figure.word === later.word && figure.total === later.total && figure.done <= later.done

/** By the times of their lines, which providers tell as they like. */
function paceOf(earliest: Dated | null, newest: Dated | null): Pick<LogReading, 'rate' | 'more'> {
  if (earliest === null || newest === null) return { rate: null, more: null }
  const { done, total, word } = newest.figure
  const seconds = (Date.parse(newest.at) - Date.parse(earliest.at)) / 1000
  const grown = done - earliest.figure.done
  const more = Math.max(0, total - done)
  if (!(seconds > 0) || !(grown > 0)) return { rate: null, more }
  // Without a word it is a share of all.
  return word === null
    ? { rate: { value: roundedRate((grown / total / seconds) * 100), unit: '%' }, more: (more / total) * 100 }
    : { rate: { value: roundedRate(grown / seconds), unit: word }, more }
}
