import type { JSX } from 'preact'
import { formatCount, formatEventTime } from '../format/format.ts'
import { TableFrame } from '../ui/table-frame.tsx'
import { MOST_RECORDS, type ShownRecord } from './record-watch.ts'

interface RecordTableProps {
  /** Newest first. */
  readonly records: readonly ShownRecord[]
  readonly passed: number
  readonly hasBegun: boolean
}

/** The records that were looked at, and what part of all they are. */
export function RecordTable({ records, passed, hasBegun }: RecordTableProps): JSX.Element {
  return (
    <>
      <p class="faint">
        A sample: at most 20 records a second, of all subtasks together, each cut to 300 characters; the
        newest {MOST_RECORDS} are shown.
        {hasBegun ? ` ${formatCount(passed)} went by since you began to watch.` : ''} While nobody watches,
        nothing is sampled.
      </p>
      {!hasBegun ? null : records.length === 0 ? (
        <p class="empty">No record has come by yet.</p>
      ) : (
        <TableFrame label="Sampled records">
          <table class="table records">
            <caption class="hidden">Sampled records, the newest first</caption>
            <thead>
              <tr>
                <th scope="col">Went by</th>
                <th scope="col">Record</th>
                <th scope="col">Key</th>
                <th scope="col">Event time</th>
              </tr>
            </thead>
            <tbody>
              {records.map(({ id, text, key, eventTime, at }) => (
                <tr key={id}>
                  <td>
                    <time dateTime={at}>{at.slice(11, 23)}</time>
                  </td>
                  <td class="text record">{text}</td>
                  <td class="text">{key ?? ''}</td>
                  <td>{eventTime === null ? '' : formatEventTime(eventTime)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </>
  )
}
