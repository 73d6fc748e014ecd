import type { Cancel, Clock } from '../../time/clock.ts'
import type { JobInstance } from '../dispatcher/job-instance.ts'
import { RecordSampler } from './record-sampler.ts'
import { SourceTap } from './source-tap.ts'
import type { TapBatch, TapPoint } from './tap-point.ts'

/** Milliseconds between two times that is told what went by. */
const PERIOD = 250
/** Points of a job that can be looked at, and those that are at a time. */
const MOST_POINTS = 1000
const MOST_OPEN = 16

interface OpenTap {
  readonly sampler: RecordSampler
  readonly listener: (batch: TapBatch) => void
  /** By the monotonic clock, when nobody looks any more. */
  until: number
  /** What it is on: a restart makes another. */
  instance: JobInstance | null
}

/**
 * Has somebody look at records of a job that runs, at its edges and behind its sources. Where nobody looks, nothing is
 * there: a channel has no tap, and a source gives to its loop what it always does.
 */
export class JobTaps {
  readonly #instance: () => JobInstance
  readonly #clock: Clock
  readonly #open = new Map<string, OpenTap>()
  #cancel: Cancel | null = null

  constructor(instance: () => JobInstance, clock: Clock) {
    this.#instance = instance
    this.#clock = clock
  }

  /** Where somebody could look. Operators between that are one loop have nothing between them. */
  get points(): readonly TapPoint[] {
    const { strands, channels } = this.#instance()
    const points = new Map<string, TapPoint>()
    for (const { strand, main } of strands) {
      const { source } = strand
      if (main && source !== null) points.set(source, { id: source, from: source, to: null })
    }
    for (const { from, to } of channels) points.set(edgeId(from, to), { id: edgeId(from, to), from, to })
    return [...points.values()].slice(0, MOST_POINTS)
  }

  /** Points that are looked at. */
  get open(): number {
    return this.#open.size
  }

  /**
   * Has the listener hear a few of the records that go by at a point, for `lease` milliseconds; called again, for as
   * long from then on. A point that there is not has none.
   */
  watch(id: string, lease: number, listener: (batch: TapBatch) => void): void {
    const until = this.#clock.monotonic() + lease
    const open = this.#open.get(id)
    if (open !== undefined) {
      open.until = until
      return
    }
    if (this.#open.size >= MOST_OPEN) return
    const tap = { sampler: new RecordSampler(this.#clock), listener, until, instance: null }
    this.#open.set(id, tap)
    this.#attach(id, tap)
    this.#cancel ??= this.#clock.setTimeout(this.#tick, PERIOD)
  }

  unwatch(id: string): void {
    const tap = this.#open.get(id)
    if (tap === undefined) return
    this.#open.delete(id)
    if (tap.instance !== null) detach(tap.instance, id)
    if (this.#open.size > 0) return
    this.#cancel?.()
    this.#cancel = null
  }

  /** The job is over: tells what has not been told, and looks no more. */
  close(): void {
    for (const [id, tap] of [...this.#open]) {
      tell(tap)
      this.unwatch(id)
    }
  }

  readonly #tick = (): void => {
    this.#cancel = this.#clock.setTimeout(this.#tick, PERIOD)
    const now = this.#clock.monotonic()
    for (const [id, tap] of [...this.#open]) {
      if (now >= tap.until) {
        this.unwatch(id)
        continue
      }
      this.#attach(id, tap)
      tell(tap)
    }
  }

  #attach(id: string, tap: OpenTap): void {
    const instance = this.#instance()
    if (tap.instance === instance) return
    tap.instance = instance
    for (const { channel, from, to } of instance.channels)
      if (edgeId(from, to) === id) channel.tap = tap.sampler
    for (const { strand, main } of instance.strands)
      if (main && strand.source === id) strand.tapSource(new SourceTap(tap.sampler))
  }
}

/** Ids of nodes have no `~`. */
const edgeId = (from: string, to: string): string => `${from}~${to}`

function detach({ channels, strands }: JobInstance, id: string): void {
  for (const { channel, from, to } of channels) if (edgeId(from, to) === id) channel.tap = null
  for (const { strand } of strands) if (strand.source === id) strand.tapSource(null)
}

function tell({ sampler, listener }: OpenTap): void {
  const batch = sampler.take()
  if (batch !== null) listener(batch)
}
