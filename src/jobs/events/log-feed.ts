import type { Subscription } from 'rxjs'
import type { JobManager } from '../job-manager.ts'
import type { SseFeed } from './sse-feed.ts'
import { sseFrame } from './sse-frame.ts'

/** Lines per read: lines may be long. */
const BATCH = 50

/** Lines that a job's process has written, from where a client is. It ends when the job is deleted. */
export class LogFeed implements SseFeed {
  readonly #manager: Pick<JobManager, 'logs' | 'log$'>
  readonly #job: string
  #cursor: number
  /** The last line there is. */
  #last: number
  #deleted = false
  #subscription: Subscription | null = null

  /** @throws JobNotFoundError */
  constructor(manager: Pick<JobManager, 'logs' | 'log$'>, job: string, after: number) {
    this.#manager = manager
    this.#job = job
    this.#cursor = after
    this.#last = manager.logs(job, after, 1).last
  }

  get waiting(): number {
    return Math.max(0, this.#last - this.#cursor)
  }

  open(wake: () => void): void {
    const end = (): void => {
      this.#deleted = true
      wake()
    }
    this.#subscription = this.#manager.log$(this.#job).subscribe({
      next: ({ seq }) => {
        this.#last = seq
        wake()
      },
      error: end,
      complete: end,
    })
  }

  take(): string | null {
    if (this.#deleted) return null
    if (this.#cursor === this.#last) return ''
    const { lines, first, last } = this.#manager.logs(this.#job, this.#cursor, BATCH)
    this.#last = last
    if (this.#cursor > last || (first > 0 && this.#cursor < first - 1))
      return this.#skipTo(Math.max(first, 1))
    this.#cursor = lines.at(-1)?.seq ?? last
    return lines.map((line) => sseFrame({ id: line.seq, event: 'log', data: line })).join('')
  }

  close(): void {
    this.#subscription?.unsubscribe()
  }

  #skipTo(first: number): string {
    this.#cursor = first - 1
    return sseFrame({ id: this.#cursor, event: 'gap', data: { firstKept: first } })
  }
}
