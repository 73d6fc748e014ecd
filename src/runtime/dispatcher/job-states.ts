import { BehaviorSubject, defer, distinctUntilChanged, map, type Observable, of } from 'rxjs'
import { type JobState, pendingState, transition } from '../../job/job-state.ts'
import { isSettled, type JobStatus } from '../../job/job-status.ts'
import type { Clock } from '../../time/clock.ts'

/** The states one job goes through, from pending on. */
export class JobStates {
  readonly #clock: Clock
  readonly #state = new BehaviorSubject<JobState>(pendingState)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get present(): JobState {
    return this.#state.value
  }

  get status(): JobStatus {
    return this.#state.value.status
  }

  /** The status now and every change; also of a job that is over. */
  get status$(): Observable<JobStatus> {
    const states = defer(() => (isSettled(this.status) ? of(this.present) : this.#state))
    return states.pipe(
      map(({ status }) => status),
      distinctUntilChanged(),
    )
  }

  /** @throws IllegalTransitionError. */
  advance(to: JobStatus): void {
    this.#state.next(transition(this.present, to, this.#clock.now()))
  }

  /** Nothing follows. */
  complete(): void {
    this.#state.complete()
  }
}
