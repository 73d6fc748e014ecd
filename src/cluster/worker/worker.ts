import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import process from 'node:process'
import { reasonOf } from '../../errors/reason-of.ts'
import type { Clock } from '../../time/clock.ts'
import type { ClusterEngine, EngineConnection } from '../engine/cluster-engine.ts'
import { Candidate } from '../leader/candidate.ts'
import { Leader } from '../leader/leader.ts'
import type { Heartbeat, Orders } from '../protocol/heartbeat.ts'
import { Heart } from './heart.ts'
import { loadProgram } from './load-program.ts'
import { Part, type PartOptions } from './part.ts'
import { ProgramFolders } from './program-folders.ts'
import { forkSlot, type StartSlot } from './slot-process.ts'

/** Milliseconds for all parts to be let go of when a worker drains. */
const DRAINING = 60_000

export interface WorkerOptions {
  readonly engine: ClusterEngine
  /** Processes that one job may have here, a positive integer. */
  readonly slots: number
  readonly labels: Readonly<Record<string, string>>
  /** Where files of programs are kept from one start to the next; null: they are not. */
  readonly dataFolder: string | null
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly random: () => number
  /** What programs write, line by line. */
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** What the worker itself has to say. */
  readonly log: (message: string) => void
  /** How the process of a slot is started; default it is forked. */
  readonly startSlot?: StartSlot
}

/** One worker of a cluster: it stands for election, says how it gets on, and does what the leader says. */
export class Worker {
  readonly id: string
  readonly #options: WorkerOptions
  readonly #connection: EngineConnection
  readonly #folders: ProgramFolders
  readonly #heart: Heart
  readonly #candidate: Candidate
  #leader: Leader | null = null
  #parts: readonly Part[] = []
  #isDraining = false
  #drained: () => void = () => {}
  #ending: Promise<void> | null = null

  private constructor(options: WorkerOptions, connection: EngineConnection, folders: ProgramFolders) {
    this.id = `${hostname().split('.')[0]!}-${process.pid}-${randomUUID().slice(0, 8)}`
    this.#options = options
    this.#connection = connection
    this.#folders = folders
    const { clock, log } = options
    const warn = (message: string, error: unknown): void => log(`${message}: ${reasonOf(error)}`)
    this.#heart = new Heart({
      calls: connection.calls,
      clock,
      beat: (number) => this.#heartbeat(number),
      heed: (orders) => this.#heed(orders),
      heard: (isHeard, error) => {
        if (isHeard) log('the leader answers')
        else warn('no leader answers; what runs here goes on', error)
      },
    })
    this.#candidate = new Candidate(this.id, connection.records, clock, {
      elected: (term) => this.#lead(term, warn),
      deposed: () => this.#leadNoMore(),
      warn,
    })
  }

  /** @throws EngineUnavailableError */
  static async start(options: WorkerOptions): Promise<Worker> {
    const connection = await options.engine.connect('millrace worker')
    try {
      const folders = await ProgramFolders.open(connection.files, options.clock, options.dataFolder)
      const worker = new Worker(options, connection, folders)
      worker.#candidate.start()
      worker.#heart.start()
      return worker
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  /**
   * Takes nothing new, lets go of what it has, each region with a last commit, and resolves when all of it is gone. Twice
   * is as good as once; never rejects.
   */
  drain(): Promise<void> {
    this.#ending ??= this.#drain()
    return this.#ending
  }

  /** Ends the processes of its slots at once. What they had goes on elsewhere from its last commits. */
  kill(): void {
    this.#isDraining = true
    for (const part of this.#parts) part.kill()
  }

  async #drain(): Promise<void> {
    this.#isDraining = true
    const { clock, log } = this.#options
    for (const part of this.#parts) part.release()
    this.#heart.wake()
    if (this.#parts.length > 0) {
      const count = this.#parts.length
      log(`drains: ${count === 1 ? 'one process lets' : `${count} processes let`} go of what it has`)
      const cancel = clock.setTimeout(() => this.kill(), DRAINING)
      await new Promise<void>((resolve) => (this.#drained = resolve))
      cancel()
    }
    await this.#heart.close()
    await this.#candidate.close()
    await this.#leader?.close()
    await this.#folders.close()
    await this.#connection.close().catch(() => {})
  }

  #heartbeat(number: number): Heartbeat {
    const { slots, labels } = this.#options
    return {
      worker: this.id,
      number,
      host: hostname(),
      pid: process.pid,
      slots,
      labels,
      draining: this.#isDraining,
      parts: this.#parts.map(({ news }) => news),
    }
  }

  #heed({ parts: orders }: Orders): void {
    if (this.#isDraining) return
    for (const part of this.#parts) {
      const order = orders.find(({ job, slot }) => job === part.job && slot === part.slot)
      if (order === undefined) part.release()
      else part.heed(order)
    }
    for (const order of orders) {
      const isThere = this.#parts.some(({ job, slot }) => job === order.job && slot === order.slot)
      if (!isThere) this.#parts = [...this.#parts, new Part(order, this.#partOptions())]
    }
    this.#forgetOver()
  }

  #partOptions(): PartOptions {
    const { clock, random, engine, startSlot = forkSlot, out, err } = this.#options
    return {
      clock,
      random,
      out,
      err,
      start: startSlot,
      load: (job, slot) =>
        loadProgram({
          job,
          slot,
          worker: this.id,
          address: engine.address,
          connection: this.#connection,
          folders: this.#folders,
        }),
      discard: (folder) => this.#folders.discard(folder),
      changed: () => {
        this.#forgetOver()
        this.#heart.wake()
      },
    }
  }

  #forgetOver(): void {
    this.#parts = this.#parts.filter(({ isOver }) => !isOver)
    if (this.#parts.length === 0) this.#drained()
  }

  #lead(term: number, warn: (message: string, error: unknown) => void): void {
    const { clock, random, log } = this.#options
    log(`leads the cluster (term ${term})`)
    const leader = new Leader({ id: this.id, term, connection: this.#connection, clock, random, warn })
    this.#leader = leader
    void leader.start().then(() => this.#heart.wake())
  }

  #leadNoMore(): void {
    this.#options.log('leads no more')
    void this.#leader?.close()
    this.#leader = null
  }
}
