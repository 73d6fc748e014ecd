import type { Channel } from './channel.ts'
import type { Barrier, Chunk, LatencyMarker, Reply, Signal, Watermark } from './packet.ts'

/** What travels beside the records. */
export interface Companions {
  readonly keyed: boolean
  readonly timed: boolean
  readonly replying: boolean
}

/**
 * The chunk being filled for one channel. Bounded by `capacity` records; a strand that finds it full sends it before
 * it goes on, and sends a partly filled one whenever it pauses, so that no record waits for a chunk to fill.
 */
export class OutBuffer {
  records: unknown[] = []
  keys: unknown[] | null
  replies: (Reply | null)[] | null
  timestamps: Float64Array | null
  size = 0
  readonly capacity: number
  readonly channel: Channel
  #chunk: Chunk
  #watermark: Watermark | null = null
  #barrier: Barrier | null = null
  #marker: LatencyMarker | null = null

  constructor(channel: Channel, capacity: number, { keyed, timed, replying }: Companions) {
    this.channel = channel
    this.capacity = capacity
    this.keys = keyed ? [] : null
    this.replies = replying ? [] : null
    this.timestamps = timed ? new Float64Array(capacity) : null
    this.#chunk = {
      kind: 'chunk',
      records: this.records,
      keys: this.keys,
      timestamps: this.timestamps,
      replies: this.replies,
      start: 0,
      size: 0,
      spent: false,
    }
  }

  /** Nothing travels beside the records. */
  get plain(): boolean {
    return this.keys === null && this.replies === null && this.timestamps === null
  }

  /**
   * Adds `records[from..to)`, which there must be room for, without copying them where that can be helped. For plain
   * buffers that are filled in no other way.
   */
  append(records: readonly unknown[], from: number, to: number): void {
    const chunk = this.#chunk
    const size = to - from
    if (this.size === 0) {
      chunk.records = records as unknown[]
      chunk.start = from
      chunk.spent = true
    } else if (chunk.records === records && chunk.start + this.size === from) {
      // What follows what is here already.
    } else {
      chunk.records = chunk.records.slice(chunk.start, chunk.start + this.size)
      chunk.start = 0
      for (let i = from; i < to; i++) chunk.records.push(records[i])
    }
    this.records = chunk.records
    this.size += size
  }

  /** A signal goes behind what is here. Of watermarks that wait only the latest matters, of markers only the first. */
  signal(signal: Signal): void {
    if (signal.kind === 'barrier') this.#barrier = signal
    else if (signal.kind === 'marker') this.#marker ??= signal
    else if (this.timestamps !== null) this.#watermark = signal
  }

  /** Nothing more may be put in before what is here has gone. */
  get full(): boolean {
    return this.size >= this.capacity || this.#barrier !== null
  }

  /** A barrier waits here. */
  get barred(): boolean {
    return this.#barrier !== null
  }

  get empty(): boolean {
    return this.size === 0 && this.#watermark === null && this.#barrier === null && this.#marker === null
  }

  /** Sends what there is. False when the channel has no room; it wakes the producer when it has. */
  flush(): boolean {
    if (this.size > 0) {
      if (!this.#admitted()) return false
      this.#sendChunk()
    }
    if (this.#watermark !== null) {
      if (!this.#admitted()) return false
      this.channel.send(this.#watermark)
      this.#watermark = null
    }
    if (this.#barrier !== null) {
      if (!this.#admitted()) return false
      this.channel.send(this.#barrier)
      this.#barrier = null
    }
    if (this.#marker !== null) {
      this.channel.mark(this.#marker)
      this.#marker = null
    }
    return true
  }

  /** The job ends early: what is here counts as sent. */
  abandon(): void {
    this.channel.sent += this.size
    this.size = 0
    this.#watermark = this.#barrier = this.#marker = null
  }

  #admitted(): boolean {
    if (this.channel.writable) return true
    this.channel.wanted = true
    return false
  }

  #sendChunk(): void {
    const chunk = this.#chunk
    chunk.size = this.size
    this.#chunk = this.channel.spare ?? fresh(chunk)
    this.channel.spare = null
    this.records = this.#chunk.records
    this.keys = this.#chunk.keys
    this.replies = this.#chunk.replies
    this.timestamps = this.#chunk.timestamps
    this.size = 0
    this.channel.send(chunk)
  }
}

function fresh(like: Chunk): Chunk {
  return {
    kind: 'chunk',
    records: [],
    keys: like.keys === null ? null : [],
    timestamps: like.timestamps === null ? null : new Float64Array(like.timestamps.length),
    replies: like.replies === null ? null : [],
    start: 0,
    size: 0,
    spent: false,
  }
}
