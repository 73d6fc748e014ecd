import { WaitingLine } from '../waiting-line.ts'
import type { RemoteInstance } from './remote-instance.ts'

/** A call that one of the instances is to answer. */
export interface PooledCall {
  readonly method: string
  readonly args: readonly unknown[]
  readonly caller: string
  readonly signal: AbortSignal
}

interface Waiter {
  readonly call: PooledCall
  readonly resolve: (answer: Promise<unknown>) => void
}

/**
 * Hands each call to the instance that has the fewest, in turn where several have as few. While all are full or down,
 * calls wait: no more of them than the service's callers may have in flight.
 */
export class InstancePool {
  readonly #window: number
  readonly #line = new WaitingLine<Waiter>()
  #instances: readonly RemoteInstance[] = []
  #turn = 0

  /** @param window calls that one instance is sent at most. */
  constructor(window: number) {
    this.#window = window
  }

  /** It is up. */
  add(instance: RemoteInstance): void {
    this.#instances = [...this.#instances, instance]
    this.admit()
  }

  /** It is no more. */
  remove(instance: RemoteInstance): void {
    this.#instances = this.#instances.filter((one) => one !== instance)
  }

  /** There may be room. */
  admit(): void {
    while (!this.#line.isEmpty) {
      const free = this.#free()
      if (free === null) return
      const { call, resolve } = this.#line.shift() as Waiter
      resolve(send(free, call))
    }
  }

  call(call: PooledCall): Promise<unknown> {
    const free = this.#line.isEmpty ? this.#free() : null
    if (free !== null) return send(free, call)
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        leave()
        reject(call.signal.reason as Error)
      }
      const leave = this.#line.push({
        call,
        resolve: (answer) => {
          call.signal.removeEventListener('abort', abort)
          resolve(answer)
        },
      })
      call.signal.addEventListener('abort', abort)
      if (call.signal.aborted) abort()
    })
  }

  /** The least loaded that has room, which is about to get a call. */
  #free(): RemoteInstance | null {
    let least: RemoteInstance | null = null
    const { length } = this.#instances
    for (let i = 0; i < length; i++) {
      const one = this.#instances[(this.#turn + i) % length] as RemoteInstance
      if (one.inFlight < (least?.inFlight ?? this.#window)) least = one
    }
    if (least !== null) this.#turn = (this.#instances.indexOf(least) + 1) % length
    return least
  }
}

function send(instance: RemoteInstance, { method, args, caller, signal }: PooledCall): Promise<unknown> {
  return instance.call(method, args, caller, signal)
}
