import type { OperatorContext } from '../../functions/context.ts'
import { END, type End, type PullSource, type SourceProgress } from '../../functions/user-functions.ts'
import type { JetStream } from '../../nats/jetstream.ts'
import type { Delivery } from '../../nats/log/edge-consumer.ts'
import { MessageReader } from '../../nats/message-reader.ts'
import { Lifetime } from '../common/lifetime.ts'
import type { SourceClass } from '../common/source-class.ts'
import { isMarker } from './commit-chain.ts'
import { infoOf } from './connection.ts'
import { type JetStreamMessage, messageOf } from './jetstream-message.ts'
import { jetStreamError } from './jetstream-error.ts'
import { type JetStreamSourceOptions, resolveSource, type SourceSettings } from './source-options.ts'
import { checkPosition, checkReach, type StreamPosition } from './source-position.ts'
import { firstSince, lastOf, isAnyLeft } from './stream-ends.ts'

/** Bytes beside what a message may hold, in one request. */
const HEADROOM = 64 * 1024
/** Where nothing comes for so long, a source that is to end looks whether anything is left. */
const LOOK_AFTER = 1_000

/**
 * Reads a stream of NATS JetStream in the order of its sequence numbers. What is read ahead is bounded: one request, of
 * at most the largest message there may be, and what is in hand. A connection that is lost is made again for as long as
 * it takes; the source goes on behind the last message, and misses none.
 *
 * Its position is the number of the last message, so a job with checkpoints reads each message once. It acknowledges
 * nothing, and needs no consumer of its own on the server to be kept.
 *
 * Subtasks share a stream by its subjects: those of `subject` are dealt out. Of one subject, or none, only the first
 * subtask reads.
 *
 * @throws InvalidArgumentError for options that can never work; JetStreamError, SourcePositionError and
 * MissingDependencyError in the job.
 */
export function jetStreamSource<T = JetStreamMessage>(options: JetStreamSourceOptions<T>): SourceClass<T> {
  const settings = resolveSource(options)
  return class extends JetStreamSource<T> {
    constructor() {
      super(settings)
    }
  }
}

class JetStreamSource<T> implements PullSource<T> {
  readonly #settings: SourceSettings<T>
  #life: Lifetime | null = null
  #js: JetStream | null = null
  /** Null: nothing is for this subtask. */
  #reader: MessageReader | null = null
  #filters: readonly string[] = []
  #restored: StreamPosition | null = null
  #created = ''
  #sequence = 0
  #end: number | null = null
  /** Taken from the reader, and how many of them have been given. */
  #taken: readonly Delivery[] = []
  #index = 0
  #given = 0

  constructor(settings: SourceSettings<T>) {
    this.#settings = settings
  }

  restore(position: unknown): void {
    this.#restored = checkPosition(position, this.#settings.stream)
  }

  async open(ctx: OperatorContext): Promise<void> {
    this.#life = new Lifetime(ctx)
    this.#filters = this.#shareOf(ctx)
    if (this.#filters.length === 0) return
    const js = await this.#settings.connect(ctx)
    this.#js = js
    try {
      await this.#begin(js)
    } catch (error) {
      await js.link.close()
      throw jetStreamError(`Cannot read the stream '${this.#settings.stream}'`, error)
    }
  }

  next(): T | End | Promise<T | End> {
    if (this.#reader === null) return END
    const record = this.#take(this.#reader)
    if (record !== undefined) return record
    const life = this.#life!
    return life.run(() => this.#wait(life, this.#reader!))
  }

  snapshot(): StreamPosition {
    const [created, sequence, end] = [this.#created, this.#sequence, this.#end]
    return { format: 1, stream: this.#settings.stream, created, sequence, end }
  }

  progress(): SourceProgress {
    return { done: this.#given, total: undefined, unit: 'records' }
  }

  async close(): Promise<void> {
    const closing = this.#reader?.close(new Error('The source is closed.'))
    await this.#life?.close()
    await closing
    await this.#js?.link.close()
  }

  #shareOf({ subtaskIndex, parallelism }: OperatorContext): readonly string[] {
    const { subjects } = this.#settings
    if (subjects.length === 0) return subtaskIndex === 0 ? ['>'] : []
    return subjects.filter((_, index) => index % parallelism === subtaskIndex)
  }

  async #begin(js: JetStream): Promise<void> {
    const { stream, from, isBounded, subjects } = this.#settings
    const info = await infoOf(js, stream)
    const filters = this.#filters
    const restored = this.#restored
    this.#created = info.created
    if (restored !== null) {
      checkReach(restored, info, subjects.length === 0)
      this.#sequence = restored.sequence
    } else if (from === 'new') this.#sequence = info.state.last_seq
    else if (from === 'first') this.#sequence = 0
    else if ('sequence' in from) this.#sequence = Math.max(from.sequence - 1, 0)
    else this.#sequence = (await firstSince(js, stream, from.time)) - 1
    if (isBounded) this.#end = restored?.end ?? (await lastOf(js, stream, filters))
    const readAhead = js.link.maxPayload + HEADROOM
    this.#reader = new MessageReader(js, { stream, filters, after: this.#sequence, readAhead })
  }

  /** Undefined: what has arrived has been given. */
  #take(reader: MessageReader): T | End | undefined {
    for (;;) {
      if (this.#end !== null && this.#sequence >= this.#end) return END
      if (this.#index === this.#taken.length) {
        this.#taken = reader.take()
        this.#index = 0
        if (this.#taken.length === 0) return undefined
      }
      const delivery = this.#taken[this.#index]!
      if (this.#end !== null && delivery.seq > this.#end) return this.#finish()
      const record = isMarker(delivery.message.headers)
        ? undefined
        : this.#settings.decode(messageOf(delivery))
      this.#index++
      this.#sequence = delivery.seq
      if (record === undefined) continue
      this.#given++
      return record
    }
  }

  async #wait(life: Lifetime, reader: MessageReader): Promise<T | End> {
    const { stream } = this.#settings
    for (;;) {
      try {
        if (this.#end === null) await reader.arrived()
        else if (!(await arrivedWithin(LOOK_AFTER, life, reader))) {
          // The last one may be gone: the stream has let go of it, or somebody has deleted it.
          if (!(await isAnyLeft(this.#js!, stream, this.#filters, this.#sequence, this.#end)))
            return this.#finish()
        }
      } catch (error) {
        throw jetStreamError(`Cannot read the stream '${stream}'`, error)
      }
      life.signal.throwIfAborted()
      const record = this.#take(reader)
      if (record !== undefined) return record
    }
  }

  #finish(): End {
    this.#sequence = this.#end!
    return END
  }
}

/** Whether anything arrives in so many milliseconds. */
async function arrivedWithin(ms: number, life: Lifetime, reader: MessageReader): Promise<boolean> {
  const stop = new AbortController()
  const late = life.ctx.delay(ms, stop.signal).then(
    () => false,
    () => true,
  )
  try {
    return await Promise.race([reader.arrived().then(() => true), late])
  } finally {
    stop.abort()
  }
}
