import type { SourceProgress } from '../../functions/user-functions.ts'
import type { JobInstance } from '../dispatcher/job-instance.ts'
import type { ActivityTimes } from '../metrics/activity.ts'
import { addBook, Book } from '../metrics/book.ts'
import type { RegistryReport } from '../metrics/metric-registry.ts'

/** An operator in one of its subtasks, as its thread tells of it. */
export interface ReportedSubtask {
  readonly node: string
  readonly index: number
  /** Those that have the same are one loop. */
  readonly loop: number
  readonly in: number
  readonly out: number
  readonly activity: ActivityTimes
  /** -Infinity: there is none. */
  readonly watermark: number
}

/** How a thread gets on: what its operators have counted, and what has gone over its ends of channels. */
export interface ThreadReport {
  /** Some of its operators are being closed. */
  readonly closing: boolean
  /** By node: the columns of its book. */
  readonly books: readonly (readonly [string, Book])[]
  readonly subtasks: readonly ReportedSubtask[]
  /** By the number of the channel. */
  readonly channels: readonly (readonly [number, ReportedChannel])[]
  /** What operators count by themselves. */
  readonly metrics: readonly (readonly [string, RegistryReport])[]
  readonly progress: readonly (readonly [string, readonly SourceProgress[]])[]
}

export interface ReportedChannel {
  readonly sent: number
  readonly received: number
  readonly held: number
  readonly fill: number
}

/** Of the part of a job that is in this thread. @param monotonic of the clock that turns are measured by */
export function reportOf(
  { nodes, strands, channels }: JobInstance,
  numbers: ReadonlyMap<unknown, number>,
  monotonic: number,
): ThreadReport {
  for (const { strand } of strands) strand.publish()
  const loops = new Map<unknown, number>()
  const own = [...nodes].filter(([, { subtasks }]) => subtasks.length > 0)
  return {
    closing: strands.some(({ strand }) => strand.closing),
    books: own.map(([id, { books }]) => [id, sumOf(books)]),
    subtasks: own.flatMap(([node, { subtasks }]) =>
      subtasks.map(({ index, ledger, activity, eventTime }) => {
        const loop = loops.get(activity) ?? loops.size
        loops.set(activity, loop)
        const totals = ledger.map((entry) => entry.total())
        return {
          node,
          index,
          loop,
          in: totals.reduce((sum, book) => sum + book.in, 0),
          out: totals.reduce((sum, book) => sum + book.out, 0),
          activity: activity.until(monotonic),
          watermark: eventTime?.watermark ?? -Infinity,
        }
      }),
    ),
    channels: channels.flatMap(({ channel }) => {
      const number = numbers.get(channel)
      if (number === undefined) return []
      const { sent, received, held, fill } = channel
      return [[number, { sent, received, held, fill }] as const]
    }),
    metrics: own.map(([id, { metrics }]) => [id, metrics.report()]),
    progress: own.map(([id, { progress }]) => [id, progress.flatMap((ask) => ask() ?? [])]),
  }
}

function sumOf(books: readonly Book[]): Book {
  const sum = new Book()
  for (const book of books) addBook(sum, book)
  return sum
}
