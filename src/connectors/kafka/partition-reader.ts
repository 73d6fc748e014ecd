import type { Admin, fetchV17 } from '@platformatic/kafka'
import type { Lifetime } from '../common/lifetime.ts'
import { hasProblem, type KafkaClient, type TopicInfo, topicOf } from './connection.ts'
import { type Fetched, readBatches } from './read-batches.ts'

/** Bytes of one answer of a broker, unless a single batch has more. */
const FETCH_BYTES = 4 * 1024 * 1024
const PARTITION_BYTES = 1024 * 1024
/** Nothing more is asked for while so many bytes wait. */
const LOW_WATER = 1024 * 1024
/** Milliseconds that a broker waits for something to send. */
const MAX_WAIT = 1_000
/** Milliseconds until the next attempt, where a broker is gone or leads no more. */
const PAUSE = 500
const READ_COMMITTED = 1

/**
 * Reads partitions of a topic: of each broker that leads some of them, one request at a time, and none while much waits.
 * A broker that is lost, and a partition that has moved, are looked for again for as long as it takes.
 */
export class PartitionReader {
  readonly #client: KafkaClient
  readonly #admin: Admin
  readonly #life: Lifetime
  readonly #topic: string
  /** Where each partition is read next. */
  readonly #offsets: Map<number, number>
  readonly #waiting: Fetched[] = []
  #bytes = 0
  /** Partitions under way, or that wait for another attempt. */
  readonly #busy = new Set<number>()
  #error: { readonly reason: unknown } | null = null
  #wake: (() => void) | null = null
  /** Null: not known, or not any more. */
  #leaders: TopicInfo | null = null
  #looking: Promise<void> | null = null
  readonly #topicId: string

  constructor(
    client: KafkaClient,
    admin: Admin,
    life: Lifetime,
    { topic, topicId, offsets }: { topic: string; topicId: string; offsets: ReadonlyMap<number, number> },
  ) {
    this.#client = client
    this.#admin = admin
    this.#life = life
    this.#topic = topic
    this.#topicId = topicId
    this.#offsets = new Map(offsets)
  }

  /** What has arrived first. */
  take(): Fetched | undefined {
    const fetched = this.#waiting.shift()
    if (fetched !== undefined) this.#bytes -= fetched.bytes
    return fetched
  }

  /** Asks for no more of a partition. */
  leave(partition: number): void {
    this.#offsets.delete(partition)
  }

  /** Resolves when something waits. */
  async arrived(): Promise<void> {
    const { signal } = this.#life
    for (;;) {
      signal.throwIfAborted()
      if (this.#error !== null) throw this.#error.reason
      if (this.#waiting.length > 0) return
      this.ask()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  /** Asks brokers of which no answer is awaited, unless much waits. */
  ask(): void {
    if (this.#bytes >= LOW_WATER || this.#error !== null || this.#life.signal.aborted) return
    const idle = [...this.#offsets.keys()].filter((partition) => !this.#busy.has(partition))
    if (idle.length === 0) return
    if (this.#leaders === null) return this.#look()
    for (const [leader, partitions] of byLeader(idle, this.#leaders.leaders))
      void this.#fetch(leader, partitions)
  }

  /** Finds out who leads. */
  #look(): void {
    this.#looking ??= (async () => {
      try {
        this.#leaders = await topicOf(this.#admin, this.#topic)
      } catch (error) {
        if (!isPassing(error)) this.#fail(error)
        else await this.#pause()
      }
      this.#looking = null
      this.ask()
    })()
  }

  async #fetch(leader: number, partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) this.#busy.add(partition)
    try {
      const response = await this.#request(leader, partitions)
      for (const topic of response.responses)
        for (const fetched of topic.partitions)
          this.#note(readBatches(this.#topic, fetched, this.#offsets.get(fetched.partitionIndex) ?? Infinity))
    } catch (error) {
      this.#leaders = null
      if (isPassing(error)) await this.#pause()
      else this.#fail(error)
    }
    for (const partition of partitions) this.#busy.delete(partition)
    this.ask()
  }

  #note(fetched: Fetched): void {
    const { partition, next, bytes } = fetched
    if (!this.#offsets.has(partition) || next <= this.#offsets.get(partition)!) return
    this.#offsets.set(partition, next)
    this.#waiting.push(fetched)
    this.#bytes += bytes
    this.#arrived()
  }

  async #request(leader: number, partitions: readonly number[]): Promise<fetchV17.FetchResponse> {
    const connections = await this.#admin.connectToBrokers([leader])
    const connection = connections.get(leader)
    if (connection === undefined) throw new Error(`there is no broker ${leader}`)
    const topics = [
      {
        topicId: this.#topicId,
        partitions: partitions.map((partition) => ({
          partition,
          currentLeaderEpoch: -1,
          fetchOffset: BigInt(this.#offsets.get(partition)!),
          lastFetchedEpoch: -1,
          partitionMaxBytes: PARTITION_BYTES,
        })),
      },
    ]
    return await new Promise((resolve, reject) => {
      this.#admin[this.#client.kGetApi]<FetchArguments, fetchV17.FetchResponse>('Fetch', (error, api) => {
        if (error !== null || api === undefined) return reject(error ?? new Error('there is no Fetch'))
        api(connection, MAX_WAIT, 1, FETCH_BYTES, READ_COMMITTED, 0, 0, topics, [], '', (failure, answer) =>
          failure === null ? resolve(answer!) : reject(failure),
        )
      })
    })
  }

  async #pause(): Promise<void> {
    this.#life.ctx.metrics.count('retries')
    await this.#life.delay(PAUSE).catch(() => {})
  }

  #fail(reason: unknown): void {
    if (this.#life.signal.aborted) return
    this.#error ??= { reason }
    this.#arrived()
  }

  #arrived(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}

type FetchArguments =
  Parameters<KafkaClient['fetchV17']['api']['async']> extends [unknown, ...infer Rest] ? Rest : never

function byLeader(partitions: readonly number[], leaders: readonly number[]): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const partition of partitions) {
    const leader = leaders[partition] ?? -1
    const found = groups.get(leader)
    if (found === undefined) groups.set(leader, [partition])
    else found.push(partition)
  }
  return groups
}

/** It may go well a little later: all but what a broker has refused for good. */
function isPassing(error: unknown): boolean {
  return (
    ![
      'OFFSET_OUT_OF_RANGE',
      'TOPIC_AUTHORIZATION_FAILED',
      'UNKNOWN_TOPIC_ID',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ].some((id) => hasProblem(error, id)) && (error as { code?: unknown } | null)?.code !== 'ERR_KAFKA'
  )
}
