import { excerpt } from '../../errors/excerpt.ts'
import { TimestampError } from '../../errors/timestamp-error.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** The tag of the side output for records that came too late. */
export const LATE = 'late'

/** Takes a record that came too late. A promise while its side output has no room. */
export type TakeLate = (value: unknown, timestamp: number) => Promise<undefined> | undefined

/**
 * Late records go to the side output `tag` where somebody reads it. Else they are dropped: counted in the book, and
 * warned of once. Either way the operator's metrics count them.
 */
export function lateRecords(
  operatorId: string,
  { scope, outputs, book }: StageEnvironment,
  tag: string = LATE,
): TakeLate {
  let warned = false
  return (value, timestamp) => {
    scope.metrics.count('late records')
    if (outputs.reads(operatorId, tag)) {
      if (outputs.side(operatorId, tag, value, timestamp)) return undefined
      return outputs.roomForSides().then(() => undefined)
    }
    book.dropped++
    if (!warned) {
      warned = true
      scope.logger.warn(
        `A record came too late for '${scope.operator}' and was dropped, as others like it will be: ` +
          `${excerpt(value)}. Let watermarks wait longer, or read sideOutput('${tag}').`,
      )
    }
    return undefined
  }
}

/** @throws TimestampError when a record has no event time. */
export function checkTimestamp(timestamp: number, value: unknown): void {
  if (!Number.isNaN(timestamp)) return
  throw new TimestampError('The record has no event time.', {
    record: excerpt(value),
    remedy: 'Call assignTimestamps on every stream that leads here.',
  })
}
