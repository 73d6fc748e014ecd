import { SlotCrashedError } from '../../errors/cluster-errors.ts'
import type { PortableError } from '../../errors/portable-error.ts'
import { toPortableError } from '../../errors/portable-error-codec.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { CrashBudget } from '../../services/remote/crash-budget.ts'
import { endOf, type ProcessExit } from '../../services/remote/launch.ts'
import { quoted } from '../../services/remote/remote-instance.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import type { PartNews, PartOrder } from '../protocol/heartbeat.ts'
import { isPassing } from '../protocol/is-passing.ts'
import { PASSING_EXIT } from '../slot/cluster-seat.ts'
import type { SlotNews } from '../protocol/slot-messages.ts'
import { isIdle, newsOf, saysMore } from './part-news.ts'
import type { SlotLaunch, SlotProcess, StartSlot } from './slot-process.ts'

/** Crashes within a minute that are put up with. */
const CRASHES = 5
/** Milliseconds for the program to come to its submit. */
const LOADING = 600_000
/** Milliseconds for what is not wanted any more to be let go of, and then for its process to end. */
const RELEASING = 30_000
const ENDING = 15_000

export interface PartOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly start: StartSlot
  /** Fetches the program. */
  readonly load: (job: string, slot: number) => Promise<SlotLaunch>
  /** The folder of a program is not needed any more. */
  readonly discard: (folder: string) => Promise<void>
  /** There is something the leader ought to hear at once. */
  readonly changed: () => void
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** What one slot does for one job: its orders, its process, and what becomes of that. */
export class Part {
  readonly job: string
  readonly slot: number
  readonly #options: PartOptions
  readonly #budget: CrashBudget
  /** For what is none of the program's doing, and passes. */
  readonly #patience: CrashBudget
  #order: PartOrder
  #number = 1
  #heeded = 0
  /** Whether the leader wants it. */
  #isOrdered = true
  #process: SlotProcess | null = null
  #folder: string | null = null
  #isLoading = false
  #seated = false
  #told: Pick<PartNews, 'regions' | 'services'> | null = null
  #lost: PortableError | null = null
  #givenUp = false
  /** It has been told to end. */
  #isEnding = false
  #isOver = false
  #said: PartNews
  #cancelTimer: Cancel = () => {}
  #cancelRestart: Cancel | null = null

  constructor(order: PartOrder, options: PartOptions) {
    this.job = order.job
    this.slot = order.slot
    this.#order = order
    this.#options = options
    this.#budget = new CrashBudget(CRASHES, options.random)
    this.#patience = new CrashBudget(Infinity, options.random)
    this.#said = this.news
    this.#begin()
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get news(): PartNews {
    return newsOf({
      order: this.#order,
      isHeeded: this.#heeded === this.#number,
      told: this.#told,
      hasProcess: this.#process !== null,
      lost: this.#lost,
      givenUp: this.#givenUp,
    })
  }

  /** Does as the leader says. */
  heed(order: PartOrder): void {
    if (this.#isEnding || this.#isOver) return
    if (!this.#isOrdered) this.#cancelTimer()
    this.#isOrdered = true
    this.#follow(order)
    if (this.#process === null) this.#begin()
  }

  /** Nobody wants it any more: it lets go of what it has, and ends. */
  release(): void {
    if (!this.#isOrdered || this.#isOver) return
    this.#isOrdered = false
    if (this.#process === null) return this.#conclude()
    const { job, slot, over } = this.#order
    this.#follow({ job, slot, regions: [], services: false, phase: 'run', reason: null, over })
    this.#within(RELEASING, () => this.#process?.kill())
    this.#endIfIdle()
  }

  /** Ends it at once. */
  kill(): void {
    this.#isOrdered = false
    this.#isEnding = true
    if (this.#process === null) this.#conclude()
    else this.#process.kill()
  }

  #follow(order: PartOrder): void {
    if (JSON.stringify(order) === JSON.stringify(this.#order)) return
    this.#order = order
    this.#number++
    if (this.#seated) this.#send()
    this.#noteNews()
  }

  #send(): void {
    this.#process?.send({ type: 'order', number: this.#number, order: this.#order })
  }

  #begin(): void {
    const { phase } = this.#order
    if (this.#isLoading || this.#givenUp || this.#cancelRestart !== null) return
    if (phase === 'run' || phase === 'stop') void this.#launch()
  }

  async #launch(): Promise<void> {
    const { load, start, out, err } = this.#options
    this.#isLoading = true
    let launch: SlotLaunch
    try {
      launch = await load(this.job, this.slot)
    } catch (error) {
      this.#isLoading = false
      if (this.#isOver) return
      err(`${this.job}/${this.slot}: the program could not be loaded: ${reasonOf(error)}\n`)
      return this.#crashed(error, isPassing(toPortableError(error)))
    }
    this.#isLoading = false
    this.#folder = launch.folder
    // Nobody may want it any more.
    if (this.#isOver) return this.#discard()
    this.#process = start(launch, {
      heard: (news) => this.#heard(news),
      exited: (exit) => this.#exited(exit),
      out,
      err,
    })
    this.#within(LOADING, () => this.#process?.kill())
  }

  #heard(news: SlotNews): void {
    if (this.#process === null) return
    switch (news.type) {
      case 'seated':
        this.#seated = true
        this.#lost = null
        this.#cancelTimer()
        this.#send()
        break
      case 'refused':
        this.#giveUp(news.error)
        if (!this.#seated) this.#process.kill()
        break
      case 'news':
        this.#heeded = news.heeded
        this.#told = news.news
        break
      default:
        news satisfies never
    }
    this.#noteNews()
    this.#endIfIdle()
  }

  /** Tells it to end once nothing of it runs any more. */
  #endIfIdle(): void {
    if (this.#isOrdered || this.#isEnding || this.#process === null) return
    if (this.#seated && (this.#heeded < this.#number || !isIdle(this.news))) return
    this.#isEnding = true
    if (!this.#seated) return this.#process.kill()
    this.#process.send({ type: 'end' })
    this.#within(ENDING, () => this.#process?.kill())
  }

  #exited(exit: ProcessExit): void {
    this.#cancelTimer()
    this.#process = null
    this.#seated = false
    this.#heeded = 0
    // Reports are kept; what it had is not there any more.
    const ended = this.#told?.regions.filter(({ state }) => state === 'ended') ?? []
    this.#told = { regions: ended, services: null }
    this.#discard()
    if (!this.#isOrdered) return this.#conclude()
    if (this.#givenUp) return this.#noteNews()
    this.#crashed(crash(this.job, exit), exit.code === PASSING_EXIT)
  }

  #crashed(error: unknown, passes: boolean): void {
    const { clock } = this.#options
    const delay = (passes ? this.#patience : this.#budget).crashed(clock.monotonic())
    if (delay === null) this.#giveUp(toPortableError(error))
    else {
      this.#lost = toPortableError(error)
      this.#cancelRestart = clock.setTimeout(() => {
        this.#cancelRestart = null
        if (!this.#isOver) this.#begin()
      }, delay)
    }
    this.#noteNews()
  }

  #giveUp(error: PortableError): void {
    this.#givenUp = true
    this.#lost = error
  }

  #conclude(): void {
    this.#isOver = true
    this.#cancelTimer()
    this.#cancelRestart?.()
    this.#options.changed()
  }

  #noteNews(): void {
    const { news } = this
    if (saysMore(this.#said, news)) this.#options.changed()
    this.#said = news
  }

  #within(ms: number, late: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#options.clock.setTimeout(late, ms)
  }

  #discard(): void {
    if (this.#folder !== null) void this.#options.discard(this.#folder)
    this.#folder = null
  }
}

function crash(job: string, exit: ProcessExit): SlotCrashedError {
  return new SlotCrashedError(
    `A process that had a part of job '${job}' ${endOf(exit)}${quoted(exit.lastWords)}`,
    {
      remedy:
        'Code up to the submit, and what operators call, must not end the process; see what it wrote, and whether it had memory enough.',
    },
  )
}
