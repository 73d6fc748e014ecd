import type { Waker } from '../../flow-control/channel.ts'
import type { Barrier, Chunk, Packet, Signal } from '../../flow-control/packet.ts'
import type { LoopState } from '../loop-state.ts'
import { Alignment } from './alignment.ts'
import type { Head, HeadStatus, RestoredHead } from './head.ts'
import { Inlet, type InputChannel, replayed } from './inlet.ts'
import { InputClock } from './input-clock.ts'
import { type LoggedChunk, LoopLog } from './loop-log.ts'

/** Says how many records from outside a feedback loop has room for. */
export interface Gate {
  /** 0 or less: none. */
  readonly room: number
  /** Throws when the loop holds too much. */
  check(): void
}

/**
 * Reads chunks from any number of channels, in turn, so that no input is refused while another is waited for and a
 * tight source cannot starve the others. In `sequential` mode (concat) input n+1 is read once input n has ended.
 */
export class InputHead implements Head {
  readonly kind = 'chunk'
  unread = 0
  readonly #inlets: Inlet[]
  readonly #waker: Waker
  readonly #sequential: boolean
  readonly #gate: Gate | null
  readonly #clock: InputClock
  readonly #alignment: Alignment
  readonly #log: LoopLog
  /** Announced by `fill`, and not taken yet. */
  #signal: Signal | null = null
  /** The inlet after which the search for the next chunk begins. */
  #turn = -1
  #current: Inlet | null = null
  #chunk: Chunk | null = null
  /** Where the chunk ends in its array. */
  #end = 0
  /** Of the chunk: read up to here, and let in up to there. */
  #position: { readonly index: number; readonly limit: number } = { index: 0, limit: 0 }

  constructor(channels: readonly InputChannel[], waker: Waker, sequential: boolean, gate: Gate | null) {
    this.#inlets = channels.map((channel) => new Inlet(channel))
    this.#clock = new InputClock(this.#inlets)
    this.#alignment = new Alignment(this.#inlets)
    this.#log = new LoopLog(this.#inlets)
    this.#waker = waker
    this.#sequential = sequential
    this.#gate = gate
  }

  open(): void {
    for (const inlet of this.#inlets) {
      inlet.subscription = inlet.channel.packets.subscribe({
        next: (packet) => {
          inlet.queue.push(packet)
          this.#waker.wake()
        },
        complete: () => {
          inlet.ended = true
          this.#waker.wake()
        },
        // A producer that fails fails the job; its channels are abandoned, and never carry the error.
        error: () => {},
      })
    }
  }

  get held(): number {
    return this.#inlets.reduce((held, inlet) => held + inlet.channel.held, 0)
  }

  get hasMore(): boolean {
    if (this.#chunk !== null && this.#position.index < this.#end) return true
    return this.#inlets.some(({ hasPackets }) => hasPackets)
  }

  /** Records here that are inside the feedback loop: those from outside still wait at its gate. */
  get heldInside(): number {
    const { index, limit } = this.#position
    let held = 0
    for (const inlet of this.#inlets) {
      const current = inlet === this.#current
      if (!inlet.gated) held += inlet.channel.held - (current ? index - this.#chunk!.start : 0)
      else if (current) held += limit - index
    }
    return held
  }

  /** Something from outside waits for room in the loop. */
  get waitsAtGate(): boolean {
    return this.#inlets.some((inlet) => inlet.gated && inlet.hasPackets)
  }

  /** The loop is over: nothing comes round any more. */
  endNow(): void {
    for (const inlet of this.#inlets) inlet.ended = true
  }

  /** Every channel from outside the loop has ended and been read. */
  get outsideEnded(): boolean {
    return this.#inlets.every((inlet) => !inlet.gated || (inlet.spent && inlet !== this.#current))
  }

  fill(state: LoopState, quantum: number): HeadStatus {
    this.#position = state
    state.limit = state.index
    if (this.#signal !== null) return 'signal'
    if (this.#waits) this.#setAside(state)
    if (this.#chunk === null || state.index === this.#end) {
      this.#release()
      const status = this.#take(state)
      if (status !== 'ready') return status
    }
    const room = this.#gated(this.#current as Inlet) ? this.#gate!.room : Infinity
    state.limit = Math.min(this.#end, state.index + Math.min(quantum, room))
    return 'ready'
  }

  takeSignal(): Signal {
    const signal = this.#signal as Signal
    this.#signal = null
    return signal
  }

  trigger(barrier: Barrier): void {
    this.#alignment.request(barrier)
    this.#waker.wake()
  }

  passed(): void {
    this.#alignment.passed()
  }

  cancelBarrier(checkpoint: number): void {
    this.#alignment.cancel(checkpoint)
    this.#log.cancel(checkpoint)
    if (this.#signal?.kind === 'barrier' && this.#signal.checkpoint <= checkpoint) this.#signal = null
    this.#waker.wake()
  }

  /** What was inside the loop comes back before anything else. */
  restore({ inside }: RestoredHead): void {
    for (const [i, chunk] of inside.entries()) this.#inlets.splice(i, 0, replayed(chunk))
  }

  /** What is inside the feedback loop that begins here, once it has all come round; null where none does. */
  inside(barrier: Barrier): Promise<readonly LoggedChunk[]> | null {
    return this.#log.begin(barrier)
  }

  cancel(state: LoopState): void {
    if (this.#chunk !== null) this.unread += this.#end - state.index
    state.limit = state.index
    for (const inlet of this.#inlets) {
      for (const packet of inlet.queue.splice(0)) {
        if (packet.kind !== 'chunk') continue
        this.unread += packet.size
        inlet.channel.received += packet.size
      }
      if (inlet.aside !== null) this.unread += inlet.aside.start + inlet.aside.size - inlet.asideIndex
      inlet.aside = null
      inlet.channel.held = 0
      inlet.subscription?.unsubscribe()
      inlet.ended = true
    }
    this.#chunk = null
    this.#current = null
  }

  /** What is left of the chunk comes from outside, and the loop is full. */
  get #waits(): boolean {
    if (this.#current === null || !this.#gated(this.#current)) return false
    return this.#position.index < this.#end && this.#gate!.room <= 0
  }

  /** The gate stands open while barriers are waited for: one may be behind what waits at it. */
  #gated({ gated }: Inlet): boolean {
    return gated && this.#gate !== null && !this.#alignment.pending
  }

  #setAside(state: LoopState): void {
    const inlet = this.#current!
    inlet.aside = this.#chunk
    inlet.asideIndex = state.index
    this.#chunk = null
    this.#current = null
  }

  #release(): void {
    if (this.#chunk === null) return
    const chunk = this.#chunk
    const inlet = this.#current as Inlet
    this.#chunk = null
    this.#current = null
    inlet.channel.release(chunk)
  }

  #take(state: LoopState): HeadStatus {
    state.limit = state.index
    this.#gate?.check()
    for (;;) {
      // An input that has ended may have held event time, or a checkpoint, back.
      if (this.#announce(this.#alignment.complete)) return 'signal'
      const inlet = this.#next()
      if (inlet === null) {
        this.#log.look()
        if (this.#announce(this.#clock.move())) return 'signal'
        return this.#inlets.every(({ spent }) => spent) ? 'ended' : 'idle'
      }
      if (inlet.aside !== null) {
        this.#read(state, inlet, inlet.aside, inlet.asideIndex)
        inlet.aside = null
        return 'ready'
      }
      const packet = inlet.queue.shift() as Packet
      if (packet.kind === 'chunk') {
        if (!this.#log.note(inlet, packet)) {
          inlet.channel.release(packet)
          continue
        }
        inlet.channel.received += packet.size
        inlet.idle = false
        this.#read(state, inlet, packet, packet.start)
        return 'ready'
      }
      inlet.channel.release(packet)
      if (packet.kind === 'barrier') this.#arrive(inlet, packet)
      else if (packet.kind === 'marker') {
        // What has come round has been told of.
        if (!inlet.feedback && this.#announce(packet)) return 'signal'
      } else {
        inlet.watermark = packet.time
        inlet.idle = packet.idle
        if (this.#announce(this.#clock.move())) return 'signal'
      }
    }
  }

  #arrive(inlet: Inlet, barrier: Barrier): void {
    if (inlet.feedback) this.#log.arrive(inlet, barrier)
    else this.#alignment.arrive(inlet, barrier)
  }

  #announce(signal: Signal | null): boolean {
    this.#signal = signal
    return signal !== null
  }

  #read(state: LoopState, inlet: Inlet, chunk: Chunk, from: number): void {
    this.#chunk = chunk
    this.#end = chunk.start + chunk.size
    this.#current = inlet
    state.records = chunk.records
    state.keys = chunk.keys
    state.replies = chunk.replies
    state.timestamps = chunk.timestamps
    state.index = state.limit = from
    state.input = inlet.input
  }

  #next(): Inlet | null {
    const count = this.#inlets.length
    const only = this.#sequential ? this.#inlets.find(({ spent }) => !spent)?.input : undefined
    for (let step = 1; step <= count; step++) {
      const at = (this.#turn + step) % count
      const inlet = this.#inlets[at] as Inlet
      if (!inlet.hasPackets || inlet.blocked || (only !== undefined && inlet.input !== only)) continue
      if (this.#gated(inlet) && this.#gate!.room <= 0) continue
      this.#turn = at
      return inlet
    }
    return null
  }
}
