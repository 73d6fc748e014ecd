/**
 * Records travelling together. `records[start..start + size)` are the payload; `keys` runs parallel where the edge is
 * keyed.
 * Parallel arrays, not wrappers: an object per record costs more than most operators do.
 */
export interface Chunk {
  readonly kind: 'chunk'
  records: unknown[]
  keys: unknown[] | null
  /** Event times in milliseconds, where the stream has them. */
  timestamps: Float64Array | null
  /** Reply handles of a pipeline that serves requests. */
  replies: (Reply | null)[] | null
  /** 0, but for a view of an array that is somebody else's, which has nothing beside its records. */
  start: number
  size: number
  /** Its arrays are not filled again. */
  spent: boolean
}

/** No record with a timestamp of at most `time` is expected any more on this channel. */
export interface Watermark {
  readonly kind: 'watermark'
  /** Milliseconds. */
  readonly time: number
  /** Nothing has come for long: whoever reads several channels need not wait for this one. */
  readonly idle: boolean
}

/** Cuts the stream into what a checkpoint covers and what it does not. */
export interface Barrier {
  readonly kind: 'barrier'
  readonly checkpoint: number
  /** Nothing is flushed behind the last barrier of a stop with savepoint. */
  readonly final: boolean
  /** Everything is saved, not only what has changed. */
  readonly full: boolean
}

/** Tells when it arrives how long records are on their way just now. It has no effect on anything it passes. */
export interface LatencyMarker {
  readonly kind: 'marker'
  /** When it was due at its source, by the monotonic clock. */
  readonly at: number
}

/** Markers that one channel or pool holds at most: others that come are lost. */
export const MOST_MARKERS = 8

/** What travels between records, in its place among them. */
export type Signal = Watermark | Barrier | LatencyMarker

/** What an edge carries. The end of a channel is the Observable's completion. */
export type Packet = Chunk | Signal

/** Where the answer to one request goes. Settled exactly once; later calls do nothing. */
export interface Reply {
  resolve(value: unknown): void
  reject(error: unknown): void
  /** Calls in the asynchronous context of whoever sent the request. */
  run(call: () => unknown): unknown
}
