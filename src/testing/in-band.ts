import { invalidArgument } from '../graph/invalid-argument.ts'
import { type Barrier, type Crash, CRASH } from './marks.ts'
import { PlannedCrashError } from './planned-crash-error.ts'
import type { TestHost } from './test-host.ts'

/** Carries out what stands between the records of one source: each crash and each complete checkpoint once per job. */
export class InBand {
  #host: TestHost | null
  #job = 0
  readonly #done = new Set<number>()

  constructor(host: TestHost | null = null) {
    this.#host = host
  }

  bind(host: TestHost): void {
    this.#host = host
  }

  /** The source is opened. True where that begins a job, rather than a restart of the one it was in. */
  begin(): boolean {
    if (this.#host === null) return true
    const { jobs } = this.#host
    if (jobs === this.#job) return false
    this.#job = jobs
    this.#done.clear()
    return true
  }

  /** Whether the mark at this place in the source has had its effect, and is passed over. */
  isDone(place: number): boolean {
    return this.#done.has(place)
  }

  /**
   * @returns when the source goes on.
   * @throws PlannedCrashError when it is a crash.
   */
  pass(mark: Barrier | Crash, place: number, signal: AbortSignal): Promise<void> {
    if (mark !== CRASH) return this.#within(this.#checkpoint(place), signal)
    this.#done.add(place)
    throw this.#crash()
  }

  /** The same, where nobody can wait. */
  play(mark: Barrier | Crash, place: number): void {
    if (this.#done.has(place)) return
    this.#done.add(place)
    if (mark === CRASH) this.#crash()
    else void this.#checkpoint(place)
  }

  #crash(): PlannedCrashError {
    const error = new PlannedCrashError('where a source says CRASH')
    this.#host?.crash(error)
    return error
  }

  /** One that is given up is no reason to stop. */
  #checkpoint(place: number): Promise<void> {
    if (this.#host === null) {
      throw invalidArgument('BARRIER', 'the source is in no test environment', 'use it in a TestEnvironment')
    }
    return this.#host.checkpoint().then(
      () => void this.#done.add(place),
      () => {},
    )
  }

  async #within(taken: Promise<void>, signal: AbortSignal): Promise<void> {
    let leave = (): void => {}
    const left = new Promise<void>((resolve) => (leave = resolve))
    signal.addEventListener('abort', leave)
    if (!signal.aborted) await Promise.race([taken, left])
    signal.removeEventListener('abort', leave)
  }
}
