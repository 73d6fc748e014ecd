import type { LogQuery, ObservedLine } from '../job-provider.ts'
import { allLines, splitLog } from './log-text.ts'

export interface LogSource {
  /** All of the log up to now: a text, or lines that do not change any more. */
  readonly read: () => Promise<string | readonly ObservedLine[]>
  /** Whether the job writes nothing any more. */
  readonly isOver: () => Promise<boolean>
}

/** The lines that are wanted of a log that can be had as a whole only. */
export async function readLog(
  query: LogQuery,
  { read, isOver }: LogSource,
): Promise<readonly ObservedLine[]> {
  const log = await read()
  if (typeof log !== 'string') return between(log, query)
  const { lines, rest } = splitLog(log)
  const isLast = lines.length >= query.after && lines.length < query.after + query.limit
  // What has no line break may go on, unless the job is over; then it may have gone on meanwhile.
  if (rest === '' || !isLast || !(await isOver())) return between(lines.map(asLine), query)
  const whole = await read()
  return between(typeof whole === 'string' ? allLines(splitLog(whole)).map(asLine) : whole, query)
}

function between(lines: readonly ObservedLine[], { after, limit }: LogQuery): readonly ObservedLine[] {
  return lines.slice(after, after + limit)
}

function asLine(text: string): ObservedLine {
  return { text }
}
