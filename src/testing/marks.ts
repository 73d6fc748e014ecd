import { inspect } from 'node:util'

/** What happens in a source or a diagram in place of a record. */
class InBandMark {
  readonly mark: Mark['mark']
  /** Of a watermark: where event time has come to, in milliseconds. */
  readonly time: number | undefined

  constructor(mark: Mark['mark'], time?: number) {
    this.mark = mark
    this.time = time
  }

  [inspect.custom](): string {
    return this.mark === 'watermark' ? `WATERMARK(${this.time})` : this.mark.toUpperCase()
  }
}

/** Event time has come to `time`: no record with a timestamp of at most this is expected any more. */
export interface Watermark {
  readonly mark: 'watermark'
  readonly time: number
}

/** A checkpoint is taken here. */
export interface Barrier {
  readonly mark: 'barrier'
}

/** The job fails here. */
export interface Crash {
  readonly mark: 'crash'
}

/** What a diagram may have in place of a record. */
export type Mark = Watermark | Barrier | Crash

/** A record and its event time, in milliseconds. */
export interface Timed<T> {
  readonly value: T
  readonly at: number
}

/** Among the records of a source for `env.fromTimed`: event time comes to `time` milliseconds. */
export const WATERMARK = (time: number): Watermark => new InBandMark('watermark', time) as Watermark

/**
 * Among the items of a source: a checkpoint is taken, with everything before it and nothing behind it. The source goes
 * on when the checkpoint is complete, or given up.
 */
export const BARRIER: Barrier = new InBandMark('barrier') as Barrier

/** Among the items of a source: the job fails, once. When it is restarted it goes on from its last checkpoint. */
export const CRASH: Crash = new InBandMark('crash') as Crash

export function isMark(item: unknown): item is Mark {
  return item instanceof InBandMark
}

export function isWatermark(item: unknown): item is Watermark {
  return item instanceof InBandMark && item.mark === 'watermark'
}

/** What a source carries out itself, and does not hand on. */
export function isInBand(item: unknown): item is Barrier | Crash {
  return item instanceof InBandMark && item.mark !== 'watermark'
}
