import type { Observable, Subscription } from 'rxjs'
import type { Cancel, Clock } from '../../time/clock.ts'
import type { ProgressNotice } from '../../protocol/job-event.ts'
import { sseFrame } from './sse-frame.ts'

/** Jobs whose latest progress waits for a client; of more than that the oldest notice goes. */
const MOST_JOBS = 1000

/** The latest progress of each job, for one client, no more often than it should have it. */
export class ProgressThrottle {
  readonly #clock: Clock
  readonly #interval: number
  readonly #wake: () => void
  readonly #latest = new Map<string, ProgressNotice>()
  readonly #subscription: Subscription
  #pause: Cancel | null = null

  constructor(notices: Observable<ProgressNotice>, clock: Clock, interval: number, wake: () => void) {
    this.#clock = clock
    this.#interval = interval
    this.#wake = wake
    this.#subscription = notices.subscribe({
      next: (notice) => this.#receive(notice),
      // Without progress a stream is still a stream.
      error: () => {},
    })
  }

  get waiting(): number {
    return this.#latest.size
  }

  /** Frames of what came up since the last time; '' while it is too early. */
  take(): string {
    if (this.#pause !== null || this.#latest.size === 0) return ''
    let frames = ''
    for (const notice of this.#latest.values()) frames += sseFrame({ event: 'progress', data: notice })
    this.#latest.clear()
    this.#pause = this.#clock.setTimeout(() => {
      this.#pause = null
      if (this.#latest.size > 0) this.#wake()
    }, this.#interval)
    return frames
  }

  close(): void {
    this.#subscription.unsubscribe()
    this.#pause?.()
    this.#latest.clear()
  }

  #receive(notice: ProgressNotice): void {
    this.#latest.delete(notice.job)
    this.#latest.set(notice.job, notice)
    if (this.#latest.size > MOST_JOBS) this.#latest.delete(this.#latest.keys().next().value!)
    if (this.#pause === null) this.#wake()
  }
}
