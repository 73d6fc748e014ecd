import type { DeadLetterDetail, DeadLetterInfo, LetterState } from '../../protocol/dead-letters.ts'
import type { LetterReport } from './letter-report.ts'

/** What a letter counts for the bytes of a job's letters. */
export const bytesOf = ({ parcel, record, text, stack }: LetterReport): number =>
  (parcel?.length ?? 0) + record.length + text.length + (stack?.length ?? 0) + 500

export function infoOf(
  id: number,
  state: LetterState,
  report: Omit<LetterReport, 'record' | 'stack' | 'parcel'>,
): DeadLetterInfo {
  const { operator, nodeId, subtask, at, text, key, eventTime, error, attempts, replays, obstacle } = report
  const time = new Date(at).toISOString()
  return {
    ...{ id, state, operator, nodeId, subtask, at: time, text, key, eventTime },
    ...{ error, attempts, replays, obstacle },
  }
}

export function detailOf(
  id: number,
  state: LetterState,
  report: Omit<LetterReport, 'parcel'>,
): DeadLetterDetail {
  const { record, stack, cause, replayOf } = report
  return { ...infoOf(id, state, report), record, stack, cause, replayOf }
}
