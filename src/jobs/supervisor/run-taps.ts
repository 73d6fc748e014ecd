import { Observable, Subject } from 'rxjs'
import { JobNotRunningError, ServerBusyError } from '../../errors/job-server-errors.ts'
import { TapNotFoundError } from '../../errors/tap-errors.ts'
import type { JobStatus } from '../../job/job-status.ts'
import type { TapBatch, TapPoint } from '../../runtime/taps/tap-point.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import type { LiveTaps } from '../job-manager.ts'
import type { Order, Report } from '../process/messages.ts'

/** Milliseconds that a job's process shows records without being asked again, and how often it is asked. */
const LEASE = 15_000
const RENEWAL = 5_000
/** Points of a job that are looked at at a time: no more than its process shows. */
const MOST_WATCHED = 16

interface Watched {
  readonly batches: Subject<TapBatch>
  watchers: number
  renewal: Cancel
}

/** Who looks at records of one run of a job. Its process hears of those who begin and of the last that goes. */
export class RunTaps implements LiveTaps {
  points: readonly TapPoint[] = []
  readonly #clock: Pick<Clock, 'setTimeout'>
  readonly #send: (order: Order) => void
  readonly #watched = new Map<string, Watched>()
  #over = false

  constructor(clock: Pick<Clock, 'setTimeout'>, send: (order: Order) => void) {
    this.#clock = clock
    this.#send = send
  }

  watch(point: string): Observable<TapBatch> {
    if (!this.points.some(({ id }) => id === point)) throw noPoint(point)
    if (!this.#watched.has(point) && this.#watched.size >= MOST_WATCHED) throw tooMany()
    return new Observable((subscriber) => {
      if (this.#over) return subscriber.complete()
      const watched = this.#watched.get(point) ?? this.#begin(point)
      watched.watchers++
      const subscription = watched.batches.subscribe(subscriber)
      return () => {
        subscription.unsubscribe()
        if (--watched.watchers === 0) this.#stop(point, watched)
      }
    })
  }

  /** What the process says. */
  heard(report: Extract<Report, { type: 'taps' | 'tapped' }>): void {
    if (report.type === 'taps') this.points = report.points
    else this.#watched.get(report.point)?.batches.next(report.batch)
  }

  /** The process is gone. */
  end(): void {
    this.#over = true
    const watched = [...this.#watched.values()]
    this.#watched.clear()
    for (const { batches, renewal } of watched) {
      renewal()
      batches.complete()
    }
  }

  #begin(point: string): Watched {
    const watched: Watched = { batches: new Subject(), watchers: 0, renewal: () => {} }
    this.#watched.set(point, watched)
    this.#renew(point, watched)
    return watched
  }

  #renew(point: string, watched: Watched): void {
    this.#send({ type: 'tap', point, lease: LEASE })
    watched.renewal = this.#clock.setTimeout(() => this.#renew(point, watched), RENEWAL)
  }

  #stop(point: string, watched: Watched): void {
    watched.renewal()
    if (this.#watched.get(point) !== watched) return
    this.#watched.delete(point)
    this.#send({ type: 'untap', point })
  }
}

/** @throws JobNotRunningError for a job without a process */
export function tapsOf(
  { id, status }: { readonly id: string; readonly status: JobStatus },
  run: { readonly taps: RunTaps; readonly process: object | undefined } | undefined,
): RunTaps {
  if (run?.process !== undefined && (status === 'running' || status === 'stopping')) return run.taps
  throw new JobNotRunningError(`job ${id} is ${status}, and only one that runs has records to look at`, {
    remedy: 'look when it runs',
  })
}

const noPoint = (point: string): TapNotFoundError =>
  new TapNotFoundError(`records of this job cannot be looked at at '${point}'`, {
    remedy: 'ask for its taps: operators that are one loop have no edge between them',
  })

const tooMany = (): ServerBusyError =>
  new ServerBusyError(`${MOST_WATCHED} edges of this job are looked at already`, {
    remedy: 'look at one that somebody looks at, or wait until one is let go',
  })
