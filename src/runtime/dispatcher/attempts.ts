import { reasonOf } from '../../errors/reason-of.ts'
import type { Logger } from '../../functions/logger.ts'
import type { RestartStrategy } from '../../functions/restart-strategy.ts'
import type { RestartCause } from '../../job/job-result.ts'
import type { Clock } from '../../time/clock.ts'
import type { JobCheckpointing } from '../checkpoint/job-checkpointing.ts'
import { type Attempt, type AttemptEvents, takeDown } from './attempt.ts'
import { NodeSignals } from './node-signals.ts'
import { Restarts } from './restarts.ts'

export interface AttemptsOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Builds everything that runs, anew for each attempt. */
  readonly createAttempt: (events: AttemptEvents) => Attempt
  readonly restart: RestartStrategy
  /** From 0 up to 1, for delays that must not be in step. */
  readonly random: () => number
  /** Null where no checkpoints are taken. */
  readonly checkpointing: JobCheckpointing | null
  /** Called before a job that has failed runs again; `restored`: it goes on from a checkpoint. */
  readonly onRestart: (restored: boolean) => void
  /** Called when it is known where an attempt begins, before anything of it runs. */
  readonly onBegin?: () => void
}

/** What is told of the present attempt; what others have to say is of no interest any more. */
export interface AttemptsEvents extends AttemptEvents {
  /** Its strands have just been started. */
  readonly started: () => void
}

/** The attempts at running one job, one after the other: how each begins, and how it gives way to the next. */
export class Attempts {
  readonly #options: AttemptsOptions
  readonly #events: AttemptsEvents
  readonly #restarts: Restarts
  #present: Attempt
  #signals: NodeSignals
  /** No attempt follows. */
  #over = false
  /** Ends the wait for the next attempt early. */
  #hurry: (() => void) | null = null

  constructor(options: AttemptsOptions, events: AttemptsEvents) {
    this.#options = options
    this.#events = events
    this.#restarts = new Restarts(options.restart, options.clock, options.random)
    this.#present = this.#create()
    this.#signals = new NodeSignals(this.#present.instance)
  }

  get present(): Attempt {
    return this.#present
  }

  /** Stop signals of the present attempt. */
  get signals(): NodeSignals {
    return this.#signals
  }

  /** How often there was a next one. */
  get restarts(): number {
    return this.#restarts.count
  }

  get causes(): readonly RestartCause[] {
    return this.#restarts.causes
  }

  /** Milliseconds until the next attempt, or null when there is to be none after this error. */
  decide(error: unknown): number | null {
    return this.#restarts.decide(error)
  }

  /**
   * Starts services, opens operators, starts strands. Never rejects: what keeps it from that is told as a failure.
   * @param begun when the place to begin from is known.
   */
  async open(begun?: Promise<unknown>): Promise<void> {
    const attempt = this.#present
    const { instance, services, abort, outside } = attempt
    const { coordinator } = this.#options.checkpointing ?? { coordinator: null }
    const strands = instance.strands.map(({ strand }) => strand)
    const over = (): boolean => abort.aborted || this.#present !== attempt
    try {
      if (begun !== undefined) await begun
      if (over()) return
      if (outside !== null) {
        await outside.ready()
        if (over()) return
      }
      coordinator?.attach(instance.strands.flatMap(({ strand, main }) => (main ? [strand.member] : [])))
      this.#options.onBegin?.()
      await services.start()
      // Services may take long: whoever ended the job meanwhile has the last word.
      if (over()) return
      await Promise.all(strands.map((strand) => strand.open()))
    } catch (error) {
      if (this.#present === attempt) this.#events.fail(error)
      return
    }
    if (over()) return
    for (const strand of strands) strand.start()
    coordinator?.start()
    this.#events.started()
  }

  /**
   * Takes the present attempt down and, after the delay, makes the next, which goes on from the last good checkpoint.
   * False when the job was ended meanwhile.
   */
  async replace(error: unknown, delay: number): Promise<boolean> {
    const { checkpointing, clock, logger, onRestart } = this.#options
    logger.warn(`The job failed and is restarted in ${Math.round(delay)} ms: ${reasonOf(error)}`, { error })
    const failed = this.#present
    failed.abort.abort(error)
    await takeDown(failed, { early: true, failed: false }, clock)
    await checkpointing?.coordinator.detach(error)
    if (this.#over) return false
    await this.#pause(delay)
    if (this.#over) return false
    const rewound = await checkpointing?.rewind()
    onRestart(rewound !== undefined)
    this.#present = this.#create()
    this.#signals = new NodeSignals(this.#present.instance)
    this.#restarts.note(error, rewound)
    return !this.#over
  }

  /** No attempt follows, and the wait for one is over. */
  end(): void {
    this.#over = true
    this.#hurry?.()
  }

  async #pause(delay: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.setTimeout(resolve, delay)
      this.#hurry = () => {
        cancel()
        resolve()
      }
    })
    this.#hurry = null
  }

  #create(): Attempt {
    let own: Attempt | null = null
    const present = (): boolean => this.#present === own
    own = this.#options.createAttempt({
      fail: (error) => {
        if (present()) this.#events.fail(error)
      },
      ended: (strand) => {
        if (present()) this.#events.ended(strand)
      },
    })
    return own
  }
}
