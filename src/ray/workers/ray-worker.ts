import { RayWorkerError } from '../../errors/ray-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { LastLines } from '../../services/remote/last-lines.ts'
import type { Clock } from '../../time/clock.ts'
import { delay } from '../../time/delay.ts'
import { isOver, type RayJob, type RayJobRequest } from '../jobs-api/ray-job.ts'
import type { RayJobs } from '../jobs-api/ray-jobs.ts'
import { endJob } from './end-job.ts'

/** Milliseconds between two looks at a job, before its worker is ready and after. */
const PERIOD = 500
const PERIOD_READY = 2_000
/** Before a worker that was lost is started again, doubled each time in a row. */
const SHORTEST = 1_000
const LONGEST = 60_000
/** That a worker has to be there for its earlier losses to be forgotten. */
const SETTLED = 600_000

/** What `millrace worker` says when it is one. */
const READY = /^Worker (\S+) is ready/m

/** How a worker is. `waiting`: for Ray to start it; `lost`: it is about to be started again. */
export type RayWorkerState = 'waiting' | 'starting' | 'ready' | 'lost' | 'given up' | 'stopped'

export interface RayWorkerStatus {
  /** Of its job at Ray: what `ray job logs` takes. */
  readonly id: string
  readonly state: RayWorkerState
  /** As the cluster calls it; null before it is ready. */
  readonly worker: string | null
  /** How often it was started again. */
  readonly restarts: number
  /** What Ray says of it. */
  readonly message: string
}

export interface RayWorkerParts {
  readonly jobs: RayJobs
  readonly clock: Clock
  /** How often in a row it is started again. */
  readonly restarts: number
  /** Makes its name at Ray, another for each start. */
  readonly idOf: (start: number) => string
  /** Sees to it that Ray has what the worker needs, and makes the request. */
  readonly prepare: (id: string) => Promise<RayJobRequest>
  readonly warn: (message: string) => void
}

/** One worker that Ray runs, as one job after another. */
export class RayWorker {
  readonly #parts: RayWorkerParts
  readonly #stop = new AbortController()
  #status: RayWorkerStatus
  #isUp: () => void = () => {}
  /** The job before this one, which is left for somebody to look into. */
  #before: string | null = null
  /** Resolves when it has come up for the first time; never where it is over before. */
  readonly up: Promise<void> = new Promise((resolve) => (this.#isUp = resolve))
  /** Resolves when it is over: with the reason where it was given up, null where it was told to stop. */
  readonly over: Promise<Error | null>

  constructor(parts: RayWorkerParts) {
    this.#parts = parts
    this.#status = { id: parts.idOf(0), state: 'waiting', worker: null, restarts: 0, message: '' }
    this.over = this.#run()
  }

  get status(): RayWorkerStatus {
    return this.#status
  }

  /** Twice is as good as once; never rejects. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.over
  }

  async #run(): Promise<Error | null> {
    const { clock, idOf, restarts, warn } = this.#parts
    let wasUp = false
    for (let start = 0, losses = 0; ; start++) {
      const begun = clock.monotonic()
      this.#note({ id: idOf(start), state: 'waiting', worker: null, restarts: start, message: '' })
      const error = await this.#once()
      if (error === null) return this.#concluded('stopped', null)
      wasUp ||= this.#status.worker !== null
      if (this.#status.worker !== null && clock.monotonic() - begun > SETTLED) losses = 0
      // One that never was is not lost: whoever starts it can do something about it.
      if (!wasUp || ++losses > restarts) return this.#concluded('given up', error)
      const wait = Math.min(LONGEST, SHORTEST * 2 ** (losses - 1))
      this.#note({ state: 'lost', message: error.message })
      warn(`${firstLine(error)} It is started again in ${wait / 1000} s.`)
      await delay(clock, wait, [this.#stop.signal]).catch(() => {})
      if (this.#stop.signal.aborted) return this.#concluded('stopped', null)
      if (this.#before !== null) void endJob(this.#parts.jobs, this.#before, clock)
      this.#before = this.#status.id
    }
  }

  /** Runs it until it is over: with the reason; null where it was told to stop. Never rejects. */
  async #once(): Promise<Error | null> {
    const { signal } = this.#stop
    const { jobs, prepare } = this.#parts
    const { id } = this.#status
    try {
      const request = await prepare(id)
      signal.throwIfAborted()
      await jobs.submit(request)
      for (;;) {
        await delay(this.#parts.clock, this.#status.state === 'ready' ? PERIOD_READY : PERIOD, [signal])
        const reason = await this.#look(id)
        if (reason !== null) return reason
      }
    } catch (error) {
      return signal.aborted ? null : (error as Error)
    }
  }

  /** @returns why it is over; null: it is not. */
  async #look(id: string): Promise<Error | null> {
    const { jobs, warn } = this.#parts
    let job: RayJob | null
    let log = ''
    try {
      job = await jobs.job(id)
      if (job?.status === 'RUNNING' && this.#status.state !== 'ready') log = await jobs.logs(id)
    } catch (error) {
      // Those that run do not need Ray to go on.
      const message = reasonOf(error)
      if (message !== this.#status.message) warn(`Ray does not tell how ${id} is: ${firstLine(error)}`)
      this.#note({ message })
      return null
    }
    if (job === null) return lost(id, 'Ray does not know it any more.', '')
    if (isOver(job)) return lost(id, `Ray says ${job.status}.`, job.message ?? '')
    const worker = READY.exec(log)?.[1] ?? this.#status.worker
    const state = worker !== null ? 'ready' : job.status === 'RUNNING' ? 'starting' : 'waiting'
    this.#note({ state, worker, message: job.message ?? '' })
    if (state === 'ready') this.#isUp()
    return null
  }

  async #concluded(state: 'stopped' | 'given up', reason: Error | null): Promise<Error | null> {
    const { jobs, clock, warn } = this.#parts
    for (const id of [this.#before, this.#status.id]) {
      const problem = id === null ? null : await endJob(jobs, id, clock)
      if (problem !== null) warn(problem)
    }
    this.#note({ state, ...(reason !== null && { message: reason.message }) })
    return reason
  }

  #note(news: Partial<RayWorkerStatus>): void {
    this.#status = { ...this.#status, ...news }
  }
}

function lost(id: string, how: string, message: string): RayWorkerError {
  const lines = new LastLines()
  lines.write(message)
  const said = lines.text === '' ? '' : `\n${lines.text}`
  return new RayWorkerError(`Worker ${id} has ended: ${how}${said}`, {
    remedy:
      'See what it says. From where Ray runs it, it has to reach the engine, and a package index where { node } names a wheel.',
  })
}

function firstLine(error: unknown): string {
  return reasonOf(error).split('\n')[0]!
}
