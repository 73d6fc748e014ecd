import type { Clock } from '../../time/clock.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { OngoingOutputs } from '../task/stage.ts'
import type { CallContext } from '../task/call-context.ts'
import type { ReadWaker } from './channel.ts'
import type { Replay } from '../dead-letters/given-up.ts'
import { KeyTurns } from './key-turns.ts'
import type { Reply, Signal } from './packet.ts'
import { PendingTimers } from './pending-timers.ts'
import { SignalLine } from './signal-line.ts'
import { SlotLine } from './slot-line.ts'
import { Slot } from './slot.ts'

export interface CallPoolOptions {
  /** Calls in flight, and results not yet read, at most. */
  readonly capacity: number
  readonly ordered: boolean
  /** One call per key at a time. */
  readonly keyed: boolean
  /** Milliseconds per call. */
  readonly timeout: number | undefined
  readonly clock: Clock
  readonly createContext: () => CallContext
  readonly call: (value: unknown, context: unknown, input: number, timestamp: number) => unknown
  readonly timeoutError: (slot: Slot) => Error
}

/**
 * The asynchronous boundary between the strand that makes calls and the strand that reads their results: a window of
 * at most `capacity` records, in the order they came in or the order they settle.
 */
export class CallPool {
  /** False while the window is full; the caller is woken when it is not. */
  ready = true
  /** No call will be submitted any more. */
  ended = false
  /** The results are not wanted any more. */
  cancelled = false
  /** Woken when there is a result, or the end. */
  reader: ReadWaker | null = null
  /** Woken when there is room. */
  caller: ReadWaker | null = null
  readonly #options: CallPoolOptions
  readonly #free: Slot[] = []
  /** In order of submission (ordered) or of settling. Bounded by `capacity`. */
  readonly #line = new SlotLine()
  #used = 0
  #calling = 0
  #onQuiet: (() => void) | null = null
  readonly #keys: KeyTurns | null
  readonly #signals = new SignalLine()
  /** A barrier is inside: no record goes in before it has come out. */
  #shut = false
  /** Of calls that must not take longer. */
  readonly #expiries: PendingTimers
  /** Of retries that wait. */
  readonly #backoffs: PendingTimers

  constructor(options: CallPoolOptions) {
    this.#options = options
    this.#keys = options.keyed ? new KeyTurns((slot) => this.start(slot)) : null
    this.#expiries = new PendingTimers(options.clock)
    this.#backoffs = new PendingTimers(options.clock)
    const settle = (slot: Slot, ok: boolean, value: unknown): void =>
      this.#answer(slot, slot.generation, ok, value)
    for (let i = 0; i < options.capacity; i++) this.#free.push(new Slot(options.createContext(), settle))
  }

  /** Records it holds at most. */
  get capacity(): number {
    return this.#options.capacity
  }

  /** Records submitted and not yet released. */
  get held(): number {
    return this.#used
  }

  /** Share of the window in use, 0 to 1. */
  get fill(): number {
    return this.#used / this.#options.capacity
  }

  /** @param replay what the record comes in as, where it is put back */
  submit(
    value: unknown,
    key: unknown,
    input: number,
    timestamp: number,
    reply: Reply | null,
    replay: Replay | null = null,
  ): void {
    const slot = this.#free.pop() as Slot
    slot.value = value
    slot.key = key
    slot.input = input
    slot.timestamp = timestamp
    slot.reply = reply
    slot.replay = replay
    slot.attempts = 0
    this.#used++
    slot.epoch = this.#signals.enter()
    this.ready = this.#free.length > 0
    if (this.#options.ordered) this.#line.push(slot)
    if (this.#keys === null || this.#keys.take(slot)) this.start(slot)
  }

  /** Makes the slot's call; again, for a retry. */
  start(slot: Slot): void {
    if (this.cancelled) return
    const { call, timeout, keyed } = this.#options
    slot.state = 'calling'
    slot.attempts++
    const generation = ++slot.generation
    const context = slot.context
    context.key = keyed ? slot.key : undefined
    context.time = slot.timestamp
    if (timeout !== undefined) context.arm()
    let result: unknown
    try {
      const { value, input, timestamp, reply } = slot
      result =
        reply === null
          ? call(value, context, input, timestamp)
          : reply.run(() => call(value, context, input, timestamp))
      if (!isThenable(result)) {
        this.#settle(slot, generation, result, false)
        return
      }
    } catch (error) {
      this.#settle(slot, generation, error, true)
      return
    }
    this.#calling++
    const pending = Promise.resolve(result)
    if (timeout === undefined) {
      pending.then(slot.fulfilled, slot.rejected)
      return
    }
    const cancel = this.#expiries.set(() => this.#expire(slot, generation), timeout)
    const settle = (ok: boolean, value: unknown): void => {
      cancel()
      this.#answer(slot, generation, ok, value)
    }
    pending.then(
      (value) => settle(true, value),
      (error: unknown) => settle(false, error),
    )
  }

  /** The next settled slot, or null. It stays in line until `shift` or `retry`. */
  peek(): Slot | null {
    const slot = this.#line.first
    return slot !== null && slot.state === 'settled' ? slot : null
  }

  /** Slots in line whose calls have failed, apart from those with somebody who waits for a reply. */
  get failed(): readonly Slot[] {
    return [...this.#line].filter((slot) => slot.state === 'settled' && slot.failed && slot.reply === null)
  }

  /** Takes the slot `peek` returned out of the line. */
  shift(): void {
    this.#line.shift().state = 'reading'
  }

  /** Calls again for a failed slot, after `delay` milliseconds. In order it keeps its place in line. */
  retry(slot: Slot, delay: number): void {
    slot.state = 'calling'
    if (!this.#options.ordered) this.#line.remove(slot)
    if (delay === 0) this.#options.clock.microtask(() => this.start(slot))
    else this.#backoffs.set(() => this.start(slot), delay)
  }

  /** The slot's record has been passed on, or given up. */
  release(slot: Slot): void {
    slot.state = 'free'
    slot.value = slot.key = slot.result = undefined
    slot.reply = null
    slot.replay = null
    slot.epoch.inside--
    this.#used--
    this.#free.push(slot)
    this.#open()
  }

  /** A signal goes in behind the records so far. */
  signal(signal: Signal): void {
    this.#signals.add(signal)
    if (signal.kind === 'barrier') {
      this.#shut = true
      this.ready = false
    }
    this.reader?.wake()
  }

  /** The signal that every record before it has made way for, or null. */
  get dueSignal(): Signal | null {
    return this.#signals.next
  }

  /** Takes the signal that is due. */
  takeSignal(): Signal {
    const signal = this.#signals.next as Signal
    this.#signals.shift()
    if (signal.kind === 'barrier') {
      this.#shut = false
      this.#open()
    }
    return signal
  }

  #open(): void {
    if (this.ready || this.#shut || this.#free.length === 0) return
    this.ready = true
    this.caller?.wakeToRead()
  }

  /** Nobody will read the slot's result. */
  discard({ result }: Slot): void {
    if (result instanceof OngoingOutputs) void result.return()
  }

  /** The record of this slot is done with as far as its key is concerned: the next call for the key may start. */
  unpark(slot: Slot): void {
    this.#keys?.pass(slot)
  }

  end(): void {
    this.ended = true
    this.reader?.wake()
  }

  /** Nobody reads results any more: no retry, no further call. */
  cancel(): void {
    this.#backoffs.cancelAll()
    for (const slot of this.#line) this.discard(slot)
    this.cancelled = true
    this.caller?.wake()
  }

  /** Nobody waits for the calls in flight any more: they leave no timer behind. */
  close(): void {
    this.#expiries.cancelAll()
  }

  /** Settles when the calls in flight have; undefined when none is. */
  settled(): Promise<void> | undefined {
    if (this.#calling === 0) return undefined
    return new Promise((resolve) => {
      this.#onQuiet = resolve
    })
  }

  /** The promise of a call has settled. A call whose outputs still come is over when they are. */
  #answer(slot: Slot, generation: number, ok: boolean, value: unknown): void {
    const settled = this.#settle(slot, generation, value, !ok)
    if (!ok || !isOngoing(value)) {
      this.#callEnded()
      return
    }
    // Too late: nobody reads what it emits.
    if (!settled) void value.return()
    void value.over.then(() => {
      if (settled) this.unpark(slot)
      this.#callEnded()
    })
  }

  #callEnded(): void {
    if (--this.#calling === 0) this.#onQuiet?.()
  }

  /** False when the slot is not waiting for this answer any more. */
  #settle(slot: Slot, generation: number, result: unknown, failed: boolean): boolean {
    if (slot.generation !== generation || slot.state !== 'calling') return false
    if (this.#options.timeout !== undefined) slot.context.disarm()
    slot.state = 'settled'
    slot.result = result
    slot.failed = failed
    if (this.cancelled) this.discard(slot)
    if (!this.#options.ordered) this.#line.push(slot)
    if (this.#keys !== null && !failed && !isOngoing(result)) this.#keys.pass(slot)
    this.reader?.wakeToRead()
    return true
  }

  #expire(slot: Slot, generation: number): void {
    if (slot.generation !== generation || slot.state !== 'calling') return
    const error = this.#options.timeoutError(slot)
    slot.context.expire(error)
    slot.context = this.#options.createContext()
    this.#settle(slot, generation, error, true)
  }
}

/** Whether a call has returned before all its outputs have come. */
function isOngoing(result: unknown): result is OngoingOutputs {
  return typeof result === 'object' && result instanceof OngoingOutputs
}
