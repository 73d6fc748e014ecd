import { subtaskOf } from '../keys/key-hash.ts'
import type { Emitter } from '../task/loop.ts'
import type { LoopState } from '../task/loop-state.ts'
import type { Waker } from './channel.ts'
import type { OutBuffer } from './out-buffer.ts'
import type { LatencyMarker, Signal } from './packet.ts'

/** How an edge picks the consumer subtask of a record. */
export type Route = 'forward' | 'hash' | 'rebalance' | 'broadcast'

/** One edge as its producer subtask sees it: a buffer per consumer subtask. */
export class EdgeOutput {
  readonly buffers: readonly OutBuffer[]
  readonly #route: Route
  #turn: number

  /** @param turn where dealing starts, so that parallel producers do not all begin with the first consumer. */
  constructor(route: Route, buffers: readonly OutBuffer[], turn: number) {
    this.#route = buffers.length === 1 ? 'forward' : route
    this.buffers = buffers
    this.#turn = turn % buffers.length
  }

  /** Whether one record goes to several subtasks. */
  get shares(): boolean {
    return this.#route === 'broadcast'
  }

  /** The one buffer records go to, where there is no choice. */
  get sole(): OutBuffer | null {
    return this.#route === 'forward' ? (this.buffers[0] as OutBuffer) : null
  }

  /** True when a chunk is full. */
  push(value: unknown, key: unknown, timestamp: number, reply: LoopState['reply']): boolean {
    switch (this.#route) {
      case 'forward':
        return put(this.buffers[0] as OutBuffer, value, key, timestamp, reply)
      case 'hash':
        return put(
          this.buffers[subtaskOf(key, this.buffers.length)] as OutBuffer,
          value,
          key,
          timestamp,
          reply,
        )
      case 'rebalance':
        return put(this.#next(), value, key, timestamp, reply)
      case 'broadcast': {
        let full = false
        for (const buffer of this.buffers) full = put(buffer, value, key, timestamp, reply) || full
        return full
      }
    }
  }

  /**
   * Sends the full chunks, and barriers. False while one of them has no room; but where records are dealt, a consumer
   * that has nothing to do does not wait for one that is behind, and gets what there is meanwhile.
   */
  relieve(): boolean {
    let relieved = true
    for (const buffer of this.buffers) if (buffer.full && !buffer.flush()) relieved = false
    return relieved || (this.#route === 'rebalance' && this.#diverts())
  }

  /** Whether records may go round a full chunk. If not, whoever is done with one may change that. */
  #diverts(): boolean {
    // No other barrier may come while one has not been sent.
    if (!this.buffers.some(({ barred }) => barred)) {
      for (const { full, channel } of this.buffers)
        if (!full && channel.held === 0 && !channel.cancelled) return true
    }
    for (const { channel } of this.buffers) channel.wanted = true
    return false
  }

  /** Whose turn it is; not of those whose chunk is full, unless all are. */
  #next(): OutBuffer {
    let buffer = this.#take()
    for (let passed = 1; buffer.full && passed < this.buffers.length; passed++) buffer = this.#take()
    return buffer
  }

  #take(): OutBuffer {
    const buffer = this.buffers[this.#turn] as OutBuffer
    this.#turn = this.#turn + 1 === this.buffers.length ? 0 : this.#turn + 1
    return buffer
  }
}

function put(
  buffer: OutBuffer,
  value: unknown,
  key: unknown,
  timestamp: number,
  reply: LoopState['reply'],
): boolean {
  const at = buffer.size
  buffer.records[at] = value
  if (buffer.keys !== null) buffer.keys[at] = key
  if (buffer.replies !== null) buffer.replies[at] = reply
  if (buffer.timestamps !== null) buffer.timestamps[at] = timestamp
  buffer.size = at + 1
  return buffer.size >= buffer.capacity
}

/** Side outputs by the id of the operator that emits on them, then by tag. */
export type SideEdges = ReadonlyMap<string, ReadonlyMap<string, readonly EdgeOutput[]>>

/** Everything a strand can send to: its main edges, its operators' side outputs, and the dead-letter stream. */
export class Outputs implements Emitter {
  readonly #main: readonly EdgeOutput[]
  readonly #sides: SideEdges
  readonly #deadLetters: EdgeOutput | null
  readonly #edges: readonly EdgeOutput[]
  readonly #buffers: readonly OutBuffer[]
  readonly #consumers: readonly OutBuffer[]
  /** Which of the consumers gets the next marker. */
  #marked = 0
  readonly #freeze: boolean
  readonly #waker: Waker
  /** Something was left when it was last sent: there was no room. */
  blocked = false
  /** Calls that wait to emit on a side output. Bounded by the calls in flight. */
  readonly #waitingForRoom: (() => void)[] = []

  /** @param waker the strand these are outputs of: calls emit on side outputs while it sleeps. */
  constructor(
    main: readonly EdgeOutput[],
    sides: SideEdges,
    deadLetters: readonly EdgeOutput[],
    freezeShared: boolean,
    waker: Waker,
  ) {
    this.#waker = waker
    this.#main = main
    this.#sides = sides
    // Each operator of the strand has an edge to the same stream: one carries all, the others only end.
    this.#deadLetters = deadLetters[0] ?? null
    const consumed = [...main, ...[...sides.values()].flatMap((tags) => [...tags.values()].flat())]
    this.#edges = [...consumed, ...deadLetters]
    this.#consumers = consumed.flatMap((edge) => edge.buffers)
    this.#buffers = this.#edges.flatMap((edge) => edge.buffers)
    this.#freeze = freezeShared && (main.length > 1 || main.some((edge) => edge.shares))
  }

  /** What generated code may fill by itself: the one main buffer, or this, or null where nothing leaves. */
  get emitter(): OutBuffer | Outputs | null {
    if (this.#main.length === 0) return null
    return this.#main.length === 1 ? ((this.#main[0] as EdgeOutput).sole ?? this) : this
  }

  /** Whether records travel with their event times. */
  get timed(): boolean {
    return this.#main.some((edge) => edge.buffers.some(({ timestamps }) => timestamps !== null))
  }

  push(value: unknown, key: unknown, state: LoopState): boolean {
    if (this.#freeze && typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
      Object.freeze(value)
    let full = false
    for (const edge of this.#main) full = edge.push(value, key, state.timestamp, state.reply) || full
    return full
  }

  /** Whether anybody reads that side output. */
  reads(operator: string, tag: string): boolean {
    return this.#sides.get(operator)?.has(tag) ?? false
  }

  /** False when a chunk of that side output is full. Records of a tag nobody reads are dropped. */
  side(operator: string, tag: string, value: unknown, timestamp: number): boolean {
    let full = false
    for (const edge of this.#sides.get(operator)?.get(tag) ?? [])
      full = edge.push(value, undefined, timestamp, null) || full
    this.#waker.wake()
    return !full
  }

  /** Resolves when no chunk is full any more. */
  roomForSides(): Promise<void> {
    return new Promise((resolve) => this.#waitingForRoom.push(resolve))
  }

  /** False when nobody consumes dead letters. */
  deadLetter(letter: unknown): boolean {
    if (this.#deadLetters === null) return false
    this.#deadLetters.push(letter, undefined, NaN, null)
    this.#waker.wake()
    return true
  }

  /** A signal goes to everybody, behind all that was sent before; a marker to one of the consumers, in turn. */
  signal(signal: Signal): void {
    if (signal.kind === 'marker') this.#mark(signal)
    else for (const buffer of this.#buffers) buffer.signal(signal)
  }

  /** Takes one way, so that fan-out makes no more of them. */
  #mark(marker: LatencyMarker): void {
    const live = this.#consumers.filter(({ channel }) => !channel.cancelled)
    live[this.#marked++ % live.length]?.signal(marker)
  }

  /** Sends the full chunks, and barriers. False while there is no room for more; then the others do not wait to be full. */
  relieve(): boolean {
    let relieved = true
    for (const edge of this.#edges) if (!edge.relieve()) relieved = false
    if (!relieved) return this.flush()
    this.blocked = false
    this.#admitWaiting()
    return true
  }

  /** Sends partly filled chunks to consumers that have nothing to do. */
  feedHungry(): void {
    for (const buffer of this.#buffers) if (!buffer.empty && buffer.channel.held === 0) buffer.flush()
  }

  /** Sends all it can. False while something is left. */
  flush(): boolean {
    let flushed = true
    for (const buffer of this.#buffers) if (!buffer.flush()) flushed = false
    this.blocked = !flushed
    if (flushed) this.#admitWaiting()
    return flushed
  }

  /** Records waiting here. */
  get held(): number {
    let held = 0
    for (const buffer of this.#buffers) held += buffer.size
    return held
  }

  /** True when there were consumers (of dead letters apart) and none is left. */
  get deserted(): boolean {
    if (this.#consumers.length === 0) return false
    for (const buffer of this.#consumers) if (!buffer.channel.cancelled) return false
    return true
  }

  /** Highest share of an output channel's capacity in use, 0 to 1. */
  get fill(): number {
    return this.#buffers.reduce((fill, buffer) => Math.max(fill, buffer.channel.fill), 0)
  }

  complete(): void {
    for (const buffer of this.#buffers) buffer.channel.complete()
  }

  abandon(): void {
    for (const buffer of this.#buffers) buffer.abandon()
    this.#admitWaiting()
  }

  #admitWaiting(): void {
    if (this.#waitingForRoom.length === 0) return
    for (const resolve of this.#waitingForRoom.splice(0)) resolve()
  }
}
