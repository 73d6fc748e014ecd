import { Observable, Subject } from 'rxjs'
import { reasonOf } from '../../errors/reason-of.ts'
import type { Logger } from '../../functions/logger.ts'
import type { LogLine } from '../../protocol/job-info.ts'
import type { Clock } from '../../time/clock.ts'
import type { ForeignJobStore, WrittenLines } from '../store/foreign-job-store.ts'
import type { JobStore } from '../store/job-store.ts'
import type { NewLine } from './log-capture.ts'

/** Where lines are written, by these and by those who read them elsewhere. */
export interface LogStore extends Pick<JobStore, 'addLogs'> {
  readonly foreign: Pick<ForeignJobStore, 'onLogs'>
}

/** Writes the lines of jobs down, and tells those who listen, also of lines of jobs that run elsewhere. */
export class JobLogs {
  readonly #store: LogStore
  readonly #clock: Clock
  readonly #logger: Logger
  /** Of jobs that somebody listens to. */
  readonly #listened = new Map<string, Subject<LogLine>>()
  /** Lines that could not be written, by job. */
  readonly #lost = new Map<string, number>()
  readonly #stopListening: () => void

  constructor(store: LogStore, clock: Clock, logger: Logger) {
    this.#store = store
    this.#clock = clock
    this.#logger = logger
    this.#stopListening = store.foreign.onLogs((written) => this.#tell(written))
  }

  /**
   * Never throws: a job does not wait for a disk that is full. Lines that cannot be written are lost, and the next ones
   * that can begin with how many.
   */
  add(job: string, lines: readonly NewLine[]): void {
    const lost = this.#lost.get(job)
    const all = lost === undefined ? lines : [this.#remark(`${lost} lines could not be kept`), ...lines]
    try {
      const lines = this.#store.addLogs(job, all)
      this.#lost.delete(job)
      this.#tell({ job, lines })
    } catch (error) {
      if (lost === undefined)
        this.#logger.warn(`Log lines cannot be kept: ${reasonOf(error)}`, { job, error })
      this.#lost.set(job, (lost ?? 0) + lines.length)
    }
  }

  /** A remark of the server's own. */
  remark(job: string, text: string): void {
    this.add(job, [this.#remark(text)])
  }

  /** Lines that are written from now on. */
  of(job: string): Observable<LogLine> {
    return new Observable((subscriber) => {
      const listeners = this.#listened.get(job) ?? new Subject<LogLine>()
      this.#listened.set(job, listeners)
      const subscription = listeners.subscribe(subscriber)
      return () => {
        subscription.unsubscribe()
        if (!listeners.observed && this.#listened.get(job) === listeners) this.#listened.delete(job)
      }
    })
  }

  /** No lines come any more of jobs that are over for now: what they have lost is forgotten. */
  settled(job: string): void {
    this.#lost.delete(job)
  }

  /** The job is not there any more. */
  deleted(job: string): void {
    this.#lost.delete(job)
    this.#listened.get(job)?.complete()
    this.#listened.delete(job)
  }

  close(): void {
    this.#stopListening()
    for (const listeners of this.#listened.values()) listeners.complete()
    this.#listened.clear()
  }

  #tell({ job, lines }: WrittenLines): void {
    const listeners = this.#listened.get(job)
    if (listeners !== undefined) for (const line of lines) listeners.next(line)
  }

  #remark(text: string): NewLine {
    return { at: new Date(this.#clock.now()).toISOString(), stream: 'system', text }
  }
}
