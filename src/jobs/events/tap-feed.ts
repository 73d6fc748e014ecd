import type { Observable, Subscription } from 'rxjs'
import type { TapBatch } from '../../runtime/taps/tap-point.ts'
import type { SseFeed } from './sse-feed.ts'
import { sseFrame } from './sse-frame.ts'

/** Records that wait for a client: older ones are left out. */
const MOST_WAITING = 100

/** Some of the records that go by at a point of a job. Who takes little misses some; it ends with the job. */
export class TapFeed implements SseFeed {
  readonly waiting = 0
  readonly #batches: Observable<TapBatch>
  #batch: TapBatch | null = null
  #over = false
  #subscription: Subscription | null = null

  constructor(batches: Observable<TapBatch>) {
    this.#batches = batches
  }

  open(wake: () => void): void {
    const end = (): void => {
      this.#over = true
      wake()
    }
    this.#subscription = this.#batches.subscribe({
      next: ({ records, passed }) => {
        const all = [...(this.#batch?.records ?? []), ...records]
        this.#batch = { records: all.slice(-MOST_WAITING), passed }
        wake()
      },
      error: end,
      complete: end,
    })
  }

  take(): string | null {
    const batch = this.#batch
    this.#batch = null
    if (batch !== null) return sseFrame({ event: 'records', data: batch })
    return this.#over ? null : ''
  }

  close(): void {
    this.#subscription?.unsubscribe()
  }
}
