import { EmitOverflowError } from '../../errors/overflow-errors.ts'
import type { Collector } from '../../functions/context.ts'
import type { Transformation } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import type { Outputs } from '../flow-control/outputs.ts'
import { OngoingOutputs, type Outputs as Emitted } from '../task/stage.ts'

/** Records waiting before `emit` returns a promise, unless told. */
const HIGH_WATER = 1024
/** Records a call that never awaits may emit. */
const CAPACITY = 65_536

/**
 * The Collector of one call. What a synchronous call emits goes on when it returns; what an asynchronous one emits
 * goes on at once, and `emit` makes it wait while so many records are on their way.
 */
export class EmitBuffer implements Collector<unknown> {
  readonly #node: Transformation
  readonly #outputs: Outputs
  readonly #signal: AbortSignal
  readonly #unread: (tag: string) => void
  /** Event time of the record at work, for its side outputs. */
  readonly #timestamp: number
  readonly #highWater: number
  #queue: unknown[] = []
  #onEmit: (() => void) | null = null
  #drained: { promise: Promise<void>; resolve: () => void } | null = null
  /** Nobody wants more of this call. */
  #closed = false

  /**
   * @param signal aborted with the job.
   * @param unread told of each record for a side output that nobody reads.
   * @param highWater records waiting before `emit` returns a promise.
   */
  constructor(
    node: Transformation,
    outputs: Outputs,
    signal: AbortSignal,
    unread: (tag: string) => void,
    timestamp: number,
    highWater: number = HIGH_WATER,
  ) {
    this.#highWater = highWater
    this.#timestamp = timestamp
    this.#unread = unread
    this.#node = node
    this.#outputs = outputs
    this.#signal = signal
  }

  /** Whether nobody wants more: emitting throws from now on. */
  get closed(): boolean {
    return this.#closed
  }

  emit(value: unknown): void | Promise<void> {
    this.#throwIfUnwanted()
    this.#queue.push(value)
    this.#onEmit?.()
    if (this.#queue.length < this.#highWater) return
    if (this.#queue.length > CAPACITY) throw this.#overflow()
    return this.#untilDrained()
  }

  side(tag: string, value: unknown): void | Promise<void> {
    this.#throwIfUnwanted()
    if (!this.#outputs.reads(this.#node.id, tag)) return this.#unread(tag)
    if (this.#outputs.side(this.#node.id, tag, value, this.#timestamp)) return
    if (this.#outputs.held > CAPACITY) throw this.#overflow()
    return this.#outputs.roomForSides()
  }

  /** Calls `run` and gives what it emitted, in the form the loop takes. Throws what it throws before it emits. */
  collect(run: () => unknown): Emitted | Promise<Emitted> {
    let result: unknown
    try {
      result = run()
    } catch (error) {
      if (this.#queue.length === 0) throw error
      return this.#thenThrow(error)
    }
    return isThenable(result) ? this.#await(Promise.resolve(result)) : this.#take()
  }

  /** Waits for the first record or the end of the call, whichever is first. */
  async #await(call: Promise<unknown>): Promise<Emitted> {
    let settled: { readonly error?: unknown } | null = null
    call.then(
      () => {
        settled = {}
        this.#onEmit?.()
      },
      (error: unknown) => {
        settled = { error }
        this.#onEmit?.()
      },
    )
    if (this.#queue.length === 0) await this.#change()
    const end = settled as { readonly error?: unknown } | null
    if (end === null)
      return new OngoingOutputs(
        this.#stream(() => settled),
        call,
        () => this.#close(),
      )
    if (!('error' in end)) return this.#take()
    if (this.#queue.length === 0) throw end.error
    return this.#thenThrow(end.error)
  }

  async *#stream(settled: () => { readonly error?: unknown } | null): AsyncGenerator {
    for (;;) {
      yield* this.#take() ?? []
      const end = settled()
      if (this.#queue.length > 0) continue
      if (end === null) await this.#change()
      else if ('error' in end) throw end.error
      else return
    }
  }

  *#thenThrow(error: unknown): Generator {
    yield* this.#take() ?? []
    throw error
  }

  #take(): readonly unknown[] | undefined {
    if (this.#queue.length === 0) return undefined
    const taken = this.#queue
    this.#queue = []
    this.#drained?.resolve()
    this.#drained = null
    return taken
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEmit = () => {
        this.#onEmit = null
        resolve()
      }
    })
  }

  #untilDrained(): Promise<void> {
    if (this.#drained === null) {
      let resolve = (): void => {}
      const promise = new Promise<void>((done) => (resolve = done))
      this.#signal.addEventListener('abort', resolve, { once: true })
      const drained = (): void => {
        this.#signal.removeEventListener('abort', resolve)
        resolve()
      }
      this.#drained = { promise, resolve: drained }
    }
    return this.#drained.promise
  }

  #close(): void {
    this.#closed = true
    this.#drained?.resolve()
    this.#drained = null
  }

  /** A call that goes on emitting when nobody reads it is told so: it would wait for ever. */
  #throwIfUnwanted(): void {
    this.#signal.throwIfAborted()
    if (!this.#closed) return
    throw new DOMException(`Nobody reads what '${this.#node.name}' emits any more.`, 'AbortError')
  }

  #overflow(): EmitOverflowError {
    return new EmitOverflowError(
      `Operator '${this.#node.name}' emitted more than ${CAPACITY} records in one call without waiting.`,
      {
        operator: this.#node.name,
        remedy:
          'Make the function asynchronous and await emit(), or return the records lazily from a flatMap generator.',
      },
    )
  }
}
