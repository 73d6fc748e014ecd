import type { Observable } from 'rxjs'
import type { ProgressNotice } from '../../protocol/job-event.ts'
import type { Clock } from '../../time/clock.ts'
import type { EventTail } from './event-tail.ts'
import { ProgressThrottle } from './progress-throttle.ts'
import type { SseFeed } from './sse-feed.ts'
import { sseFrame } from './sse-frame.ts'

export interface EventFeedOptions {
  /** The last event that the client has seen; null: it wants what happens from now on. */
  readonly since: number | null
  /** Of one job only. */
  readonly job?: string | undefined
  readonly progress: Observable<ProgressNotice>
  /** Milliseconds between notices of progress of a job. */
  readonly progressInterval: number
}

/** Events of jobs from where a client is, and how jobs get on meanwhile. */
export class EventFeed implements SseFeed {
  readonly #tail: EventTail
  readonly #clock: Clock
  readonly #options: EventFeedOptions
  #cursor: number
  #progress: ProgressThrottle | null = null
  #unlisten: (() => void) | null = null

  constructor(tail: EventTail, clock: Clock, options: EventFeedOptions) {
    this.#tail = tail
    this.#clock = clock
    this.#options = options
    this.#cursor = options.since ?? tail.last
  }

  get waiting(): number {
    return Math.max(0, this.#tail.last - this.#cursor)
  }

  open(wake: () => void): void {
    const { progress, progressInterval } = this.#options
    this.#unlisten = this.#tail.listen(wake)
    this.#progress = new ProgressThrottle(progress, this.#clock, progressInterval, wake)
  }

  take(): string {
    // Progress first: it is never told of a job whose end has been.
    const progress = this.#progress?.take() ?? ''
    for (;;) {
      const before = this.#cursor
      const { frames, cursor, gap } = this.#tail.read(before, this.#options.job)
      this.#cursor = cursor
      // Who comes back goes on from here, rather than from before the gap.
      if (gap !== null) {
        return progress + sseFrame({ id: gap - 1, event: 'gap', data: { firstKept: gap } })
      }
      if (frames !== '' || cursor === before) return progress + frames
    }
  }

  close(): void {
    this.#unlisten?.()
    this.#progress?.close()
  }
}
