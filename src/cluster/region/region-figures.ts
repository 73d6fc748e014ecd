import type { JobInstance } from '../../runtime/dispatcher/job-instance.ts'
import { addBook, Book } from '../../runtime/metrics/book.ts'
import type { OperatorReport } from '../protocol/region-report.ts'

/** The books of the operators that are in this region, over its subtasks. */
export function operatorReports({ strands, nodes }: JobInstance): readonly OperatorReport[] {
  for (const { strand } of strands) strand.publish()
  return [...nodes].flatMap(([node, { books, subtasks }]) => {
    if (subtasks.length === 0) return []
    const sum = new Book()
    for (const book of books) addBook(sum, book)
    return [{ node, book: { ...sum } }]
  })
}

/** Another number where something has happened in the meantime, as far as that can be seen cheaply. */
export function activityOf({ strands, nodes }: JobInstance): number {
  let counted = 0
  for (const { strand } of strands) strand.publish()
  for (const { subtasks } of nodes.values()) {
    for (const { ledger, eventTime } of subtasks) {
      for (const entry of ledger) {
        const total = entry.total()
        counted += total.in + total.out
      }
      if (eventTime !== null && Number.isFinite(eventTime.watermark)) counted += eventTime.watermark
    }
  }
  return counted
}
