import type { Channel } from '../../runtime/flow-control/channel.ts'
import type { Sending } from '../../runtime/threads/places.ts'
import type { Output, StagedOutput } from '../engine/job-log.ts'
import { ChannelWriter } from './channel-writer.ts'
import type { ForwardingBuffer } from './forwarding-buffer.ts'
import { OutputQueue } from './output-queue.ts'
import type { RegionLimits } from './region-limits.ts'

export interface RegionOutputsHost {
  /** By number of the channel: the edge end that it is written to. */
  readonly ends: ReadonlyMap<number, string>
  /** What `collect()` writes to. */
  readonly collected: readonly ForwardingBuffer[]
  readonly limits: RegionLimits
  /** There is much to be committed. */
  readonly urge: () => void
  readonly stage: (output: Output) => Promise<StagedOutput>
  readonly fail: (error: unknown) => void
  /** Values of `collect()` that cannot be written. */
  readonly refuse: (node: string, values: readonly unknown[], error: unknown) => void
}

/** A producer that waits, or what waits for it. */
interface Held {
  /** Null: `collect()`. */
  readonly writer: ChannelWriter | null
  readonly release: () => void
}

/**
 * All that a region sends to others, on its way into commits. What waits for the next is in memory up to a bound; beyond
 * it the oldest is written beside the log, so that producers can always go on to where a commit is possible.
 */
export class RegionOutputs {
  readonly #host: RegionOutputsHost
  readonly #writers: ChannelWriter[] = []
  /** By end, and by the barrier that it came behind. */
  readonly #queues = new Map<string, Map<number, OutputQueue>>()
  /** Ends whose readers are far behind: nothing more is taken for them. */
  #congested: ReadonlySet<string> = new Set()
  #held: Held[] = []
  /** In memory: what waits, what is on its way beside the log, and what is being committed. */
  #bytes = 0
  #committing = 0
  /** A checkpoint is on its way through the region: who has not passed its barrier on must come to it. */
  #pending = -1
  /** Who waits for everything that belongs to the pending checkpoint. */
  #taker: ((outputs: readonly (Output | StagedOutput)[]) => void) | null = null
  #isStaging = false

  constructor(host: RegionOutputsHost) {
    this.#host = host
    const { refuse } = host
    for (const buffer of host.collected) {
      buffer.attach({ wrote: (bytes) => this.#wrote(bytes), room: () => this.#room(), refuse })
    }
  }

  /** Bytes in memory. */
  get bytes(): number {
    return this.#bytes
  }

  send(number: number, channel: Channel, how: Sending): void {
    const end = this.#host.ends.get(number)!
    const writer = new ChannelWriter(number, end, channel, how, {
      wrote: ({ barrier }, content) => {
        this.#queue(end, barrier).push(content)
        this.#wrote(content.length)
      },
      moved: () => this.#look(),
      admit: (from, release) => {
        if (this.#mayGoOn(from)) release()
        else this.#held.push({ writer: from, release })
      },
    })
    this.#writers.push(writer)
  }

  /** A checkpoint begins. */
  begin(checkpoint: number): void {
    this.#pending = checkpoint
    for (const buffer of this.#host.collected) buffer.begin(checkpoint)
    this.#relieve()
  }

  /**
   * Takes out what belongs to the checkpoint that has begun, and to those before it that came to nothing, once all of it
   * is here.
   */
  take(): Promise<readonly (Output | StagedOutput)[]> {
    return new Promise((resolve) => {
      this.#taker = resolve
      this.#look()
    })
  }

  /** What was taken out is in the log. */
  committed(): void {
    this.#bytes -= this.#committing
    this.#committing = 0
    this.#relieve()
    this.#stage()
  }

  /** From now on these ends have readers that are far behind, and no others. */
  congested(ends: ReadonlySet<string>): void {
    this.#congested = ends
    this.#relieve()
  }

  /** Whether somebody waits for readers that are far behind. */
  get isCongested(): boolean {
    return this.#held.some(({ writer }) => writer !== null && this.#congested.has(writer.end))
  }

  /** Nobody reads these ends any more. */
  cancel(ends: ReadonlySet<string>): void {
    for (const writer of this.#writers) if (ends.has(writer.end)) writer.cancel()
    for (const end of ends) {
      for (const queue of this.#queues.get(end)?.values() ?? []) this.#bytes -= queue.bytes
      this.#queues.delete(end)
    }
    this.#relieve()
  }

  /** The ends that something may still be sent to. */
  get open(): readonly string[] {
    return this.#writers.flatMap(({ ended, end }) => (ended ? [] : [end]))
  }

  #queue(end: string, barrier: number): OutputQueue {
    let queues = this.#queues.get(end)
    if (queues === undefined) this.#queues.set(end, (queues = new Map<number, OutputQueue>()))
    let queue = queues.get(barrier)
    if (queue === undefined) queues.set(barrier, (queue = new OutputQueue(end)))
    return queue
  }

  #wrote(bytes: number): void {
    const { limits, urge } = this.#host
    this.#bytes += bytes
    if (this.#bytes >= limits.urgentBytes) urge()
    if (this.#bytes > limits.stagedBytes) this.#stage()
  }

  get #isFull(): boolean {
    return this.#bytes >= this.#host.limits.mostBytes
  }

  #mayGoOn(writer: ChannelWriter | null): boolean {
    if (this.#isFull) return false
    if (writer === null || !this.#congested.has(writer.end)) return true
    // A commit must not wait for readers, who may wait for what is in it.
    return this.#pending > writer.barrier
  }

  #room(): Promise<void> | undefined {
    if (!this.#isFull) return undefined
    return new Promise((release) => this.#held.push({ writer: null, release }))
  }

  #relieve(): void {
    const held = this.#held
    this.#held = []
    for (const one of held) {
      if (one.writer?.ended === true || this.#mayGoOn(one.writer)) one.release()
      else this.#held.push(one)
    }
  }

  get #isReady(): boolean {
    return this.#writers.every((writer) => writer.isReady(this.#pending))
  }

  #look(): void {
    const taker = this.#taker
    if (taker === null || this.#isStaging || !this.#isReady) return
    this.#taker = null
    const checkpoint = this.#pending
    this.#pending = -1
    taker(this.#takeUpTo(checkpoint))
  }

  #takeUpTo(checkpoint: number): readonly (Output | StagedOutput)[] {
    const { limits, collected } = this.#host
    const outputs: (Output | StagedOutput)[] = []
    const take = (queue: OutputQueue): void => {
      this.#committing += queue.bytes
      for (const output of queue.take(limits.message)) outputs.push(output)
    }
    for (const [end, queues] of this.#queues) {
      const all = new OutputQueue(end)
      for (const barrier of [...queues.keys()].sort((a, b) => a - b)) {
        if (barrier >= checkpoint) break
        all.takeOver(queues.get(barrier)!)
        queues.delete(barrier)
      }
      take(all)
    }
    for (const buffer of collected) take(buffer.take())
    return outputs
  }

  /** Writes the oldest beside the log where there is too much. What is being committed will be gone by itself. */
  #stage(): void {
    if (this.#isStaging || this.#committing > 0) return
    this.#isStaging = true
    this.#stageAll()
      .catch((error: unknown) => this.#host.fail(error))
      .finally(() => {
        this.#isStaging = false
        this.#look()
      })
  }

  async #stageAll(): Promise<void> {
    const { limits, stage } = this.#host
    while (this.#bytes > limits.stagedBytes && !(this.#taker !== null && this.#isReady)) {
      const largest = this.#largest()
      if (largest === null) return
      const before = largest.bytes
      const { output, done } = largest.stage(limits.stagedMessage)
      const size = before - largest.bytes
      done(await stage(output))
      this.#bytes -= size
      this.#relieve()
    }
  }

  #largest(): OutputQueue | null {
    let largest: OutputQueue | null = null
    const look = (queue: OutputQueue): void => {
      if (queue.bytes > (largest?.bytes ?? 0)) largest = queue
    }
    for (const queues of this.#queues.values()) for (const queue of queues.values()) look(queue)
    for (const buffer of this.#host.collected) for (const queue of buffer.queues) look(queue)
    return largest
  }
}
