import type { JobInstance, NodeInstance, SubtaskInstance } from '../dispatcher/job-instance.ts'
import type { ActivityTimes } from '../metrics/activity.ts'
import { Book } from '../metrics/book.ts'
import type { FarChannel } from './far-channel.ts'
import type { ThreadReport } from './thread-report.ts'

const nothing: ActivityTimes = { busyMs: 0, heldMs: 0, idleMs: 0 }

/** What is known in the process of a job of its part in one thread, as that told of it last. */
export class FarFigures {
  closing = false
  readonly #thread: number
  readonly #nodes: JobInstance['nodes']
  readonly #channels: ReadonlyMap<number, FarChannel>
  readonly #books = new Map<string, Book>()
  readonly #subtasks = new Map<string, Told>()
  readonly #loops = new Map<number, { times: ActivityTimes; readonly until: () => ActivityTimes }>()
  #report: ThreadReport | null = null

  constructor(thread: number, nodes: JobInstance['nodes'], channels: ReadonlyMap<number, FarChannel>) {
    this.#thread = thread
    this.#nodes = nodes
    this.#channels = channels
  }

  /** These operators, in these subtasks, are there. */
  expect(node: string, subtask: number): void {
    const instance = this.#nodes.get(node) as NodeInstance
    if (!this.#books.has(node)) {
      const book = new Book()
      this.#books.set(node, book)
      instance.books.push(book)
      instance.progress.push(() => sumOf(this.#report?.progress.find(([id]) => id === node)?.[1] ?? []))
    }
    const told = new Told(subtask)
    this.#subtasks.set(`${node}/${subtask}`, told)
    instance.subtasks.push(told)
  }

  update(report: ThreadReport): void {
    const before = this.#report
    this.#report = report
    this.closing = report.closing
    for (const [node, columns] of report.books) Object.assign(this.#books.get(node) ?? {}, columns)
    for (const { node, index, loop, activity, watermark, in: entered, out } of report.subtasks) {
      const told = this.#subtasks.get(`${node}/${index}`)
      if (told === undefined) continue
      told.counts = { in: entered, out }
      told.eventTime.watermark = watermark
      told.activity = this.#loop(loop, activity)
    }
    for (const [number, figures] of report.channels) {
      this.#channels.get(number)?.update(this.#thread, figures)
    }
    const known = new Map(before?.metrics)
    for (const [node, told] of report.metrics) this.#nodes.get(node)?.metrics.merge(told, known.get(node))
  }

  /** Operators of one loop share what their time goes into. */
  #loop(number: number, times: ActivityTimes): { readonly until: () => ActivityTimes } {
    let loop = this.#loops.get(number)
    if (loop === undefined) {
      const made = { times, until: () => made.times }
      this.#loops.set(number, (loop = made))
    }
    loop.times = times
    return loop
  }
}

/** An operator in a subtask that is in a thread. */
class Told implements SubtaskInstance {
  readonly index: number
  counts = { in: 0, out: 0 }
  readonly ledger: SubtaskInstance['ledger']
  activity: { readonly until: () => ActivityTimes } = { until: () => nothing }
  readonly eventTime = { watermark: -Infinity }

  constructor(index: number) {
    this.index = index
    this.ledger = [{ total: () => this.counts }]
  }
}

type Progress = ThreadReport['progress'][number][1]

function sumOf(told: Progress): Progress[number] | undefined {
  const [first] = told
  if (first === undefined) return undefined
  const total = told.reduce((sum, one) => sum + (one.total ?? NaN), 0)
  return {
    ...first,
    done: told.reduce((sum, one) => sum + one.done, 0),
    ...(Number.isNaN(total) ? {} : { total }),
  }
}
