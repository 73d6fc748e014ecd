import type { Admin } from '@platformatic/kafka'
import type { OperatorContext } from '../../functions/context.ts'
import { END, type End, type PullSource, type SourceProgress } from '../../functions/user-functions.ts'
import { Lifetime } from '../common/lifetime.ts'
import type { SourceClass } from '../common/source-class.ts'
import { loadClient, topicOf } from './connection.ts'
import { kafkaError } from './kafka-error.ts'
import type { KafkaMessage } from './kafka-message.ts'
import { offsetsAt } from './offsets.ts'
import { PartitionReader } from './partition-reader.ts'
import type { Fetched } from './read-batches.ts'
import { type KafkaSourceOptions, resolveSource, type SourceSettings } from './source-options.ts'
import { checkPosition, checkReach, type TopicPosition } from './source-position.ts'

/**
 * Reads a topic of Kafka, each partition in its order; of transactions, what was committed. Partitions are dealt out:
 * partition p is read by subtask p mod parallelism. What is read ahead is bounded. Brokers that are lost are looked for
 * for as long as it takes.
 *
 * Its position is the next offset of each partition, so a job with checkpoints reads each message once. It joins no
 * consumer group, and commits no offsets. Partitions that are added to a topic are read from the next start on.
 *
 * @throws InvalidArgumentError for options that can never work; KafkaError, SourcePositionError and
 * MissingDependencyError in the job.
 */
export function kafkaSource<T = KafkaMessage>(options: KafkaSourceOptions<T>): SourceClass<T> {
  const settings = resolveSource(options)
  return class extends KafkaSource<T> {
    constructor() {
      super(settings)
    }
  }
}

const none: Fetched = { partition: -1, next: 0, messages: [], bytes: 0 }

class KafkaSource<T> implements PullSource<T> {
  readonly #settings: SourceSettings<T>
  #life: Lifetime | null = null
  #admin: Admin | null = null
  #reader: PartitionReader | null = null
  #restored: TopicPosition | null = null
  #topicId = ''
  readonly #offsets = new Map<number, number>()
  /** Null: it goes on for ever. Partitions that have come to their end are gone from it. */
  #ends: Map<number, number> | null = null
  #savedEnds: Readonly<Record<number, number>> | null = null
  #taken: Fetched = none
  #index = 0
  #given = 0

  constructor(settings: SourceSettings<T>) {
    this.#settings = settings
  }

  restore(position: unknown): void {
    this.#restored = checkPosition(position, this.#settings.topic)
  }

  async open(ctx: OperatorContext): Promise<void> {
    const life = new Lifetime(ctx)
    this.#life = life
    const client = await loadClient('kafkaSource')
    const admin = new client.Admin({ ...this.#settings.base, retries: 3 })
    this.#admin = admin
    try {
      await this.#begin(admin, ctx)
    } catch (error) {
      await admin.close()
      throw kafkaError(`Cannot read the topic '${this.#settings.topic}'`, error)
    }
    const { topic } = this.#settings
    this.#reader = new PartitionReader(client, admin, life, {
      topic,
      topicId: this.#topicId,
      offsets: this.#offsets,
    })
    for (const partition of [...this.#offsets.keys()]) this.#leaveAtEnd(partition)
  }

  next(): T | End | Promise<T | End> {
    const record = this.#take()
    if (record !== undefined) return record
    const life = this.#life!
    return life.run(() => this.#wait(life))
  }

  snapshot(): TopicPosition {
    const [topicId, ends] = [this.#topicId, this.#savedEnds]
    const offsets = Object.fromEntries(this.#offsets)
    return { format: 1, topic: this.#settings.topic, topicId, offsets, ends }
  }

  progress(): SourceProgress {
    return { done: this.#given, total: undefined, unit: 'records' }
  }

  async close(): Promise<void> {
    await this.#life?.close()
    await this.#admin?.close()
  }

  async #begin(admin: Admin, { subtaskIndex, parallelism }: OperatorContext): Promise<void> {
    const { topic, from, isBounded } = this.#settings
    const { id, leaders } = await topicOf(admin, topic)
    this.#topicId = id
    const own = leaders.map((_, partition) => partition).filter((each) => each % parallelism === subtaskIndex)
    const [first, end] = [
      await offsetsAt(admin, topic, own, 'first'),
      await offsetsAt(admin, topic, own, 'end'),
    ]
    const restored = this.#restored
    if (restored !== null) checkReach(restored, id, first, end)
    const start = await this.#startsAt(admin, own, first, end, from)
    for (const partition of own) {
      // One that was added since is new to the job.
      const begin =
        restored === null ? start.get(partition)! : (restored.offsets[partition] ?? first.get(partition)!)
      this.#offsets.set(partition, begin)
    }
    if (!isBounded) return
    this.#savedEnds = restored?.ends ?? Object.fromEntries(end)
    this.#ends = new Map(own.map((partition) => [partition, this.#savedEnds![partition] ?? 0]))
  }

  async #startsAt(
    admin: Admin,
    own: readonly number[],
    first: ReadonlyMap<number, number>,
    end: ReadonlyMap<number, number>,
    from: SourceSettings<T>['from'],
  ): Promise<ReadonlyMap<number, number>> {
    if (from === 'first') return first
    if (from === 'new') return end
    const found = await offsetsAt(admin, this.#settings.topic, own, from.time)
    // Where nothing is as new as that.
    return new Map(own.map((partition) => [partition, found.get(partition) ?? end.get(partition)!]))
  }

  /** Undefined: what has arrived has been given. */
  #take(): T | End | undefined {
    for (;;) {
      if (this.#offsets.size === 0 || this.#ends?.size === 0) return END
      const { messages, partition, next } = this.#taken
      if (this.#index === messages.length) {
        if (partition >= 0) this.#reach(partition, next)
        const taken = this.#reader!.take()
        this.#reader!.ask()
        this.#taken = taken ?? none
        this.#index = 0
        if (taken === undefined) return this.#ends?.size === 0 ? END : undefined
        continue
      }
      const message = messages[this.#index]!
      this.#index++
      if (message.offset >= this.#endOf(partition)) continue
      // What it throws leaves the position where it was.
      const record = this.#settings.decode(message)
      this.#offsets.set(partition, message.offset + 1)
      if (record === undefined) continue
      this.#given++
      return record
    }
  }

  async #wait(life: Lifetime): Promise<T | End> {
    for (;;) {
      try {
        await this.#reader!.arrived()
      } catch (error) {
        throw kafkaError(`Cannot read the topic '${this.#settings.topic}'`, error)
      }
      life.signal.throwIfAborted()
      const record = this.#take()
      if (record !== undefined) return record
    }
  }

  /** All up to an offset has been given. */
  #reach(partition: number, next: number): void {
    if (this.#isLeft(partition)) return
    this.#offsets.set(partition, Math.min(next, this.#ends?.get(partition) ?? next))
    this.#leaveAtEnd(partition)
  }

  #leaveAtEnd(partition: number): void {
    if (this.#ends === null || this.#offsets.get(partition)! < this.#ends.get(partition)!) return
    this.#ends.delete(partition)
    this.#reader!.leave(partition)
  }

  /** Nothing from there on is given. */
  #endOf(partition: number): number {
    return this.#ends === null ? Infinity : (this.#ends.get(partition) ?? 0)
  }

  #isLeft(partition: number): boolean {
    return this.#ends !== null && !this.#ends.has(partition)
  }
}
