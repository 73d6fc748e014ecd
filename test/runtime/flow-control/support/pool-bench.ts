import { CallPool, type CallPoolOptions } from '../../../../src/runtime/flow-control/call-pool.ts'
import type { Slot } from '../../../../src/runtime/flow-control/slot.ts'
import { CallContext } from '../../../../src/runtime/task/call-context.ts'
import { type Deferred, deferred } from '../../../job/jobs.ts'
import { HandClock } from '../../task/support/hand-clock.ts'
import { CountingWaker, createScope } from '../../task/support/parts.ts'

/** A pool whose calls are answered by hand. */
export interface Bench {
  readonly pool: CallPool
  readonly clock: HandClock
  /** The calls made, in order, each to be answered by hand. */
  readonly calls: (Deferred<unknown> & { readonly value: unknown; readonly context: CallContext })[]
  readonly reader: CountingWaker
  readonly caller: CountingWaker
  /** Reads what is settled: results, or errors as text. */
  readonly read: () => unknown[]
}

export const bench = (told: Partial<CallPoolOptions> = {}): Bench => {
  const clock = new HandClock()
  const calls: Bench['calls'] = []
  const pool = new CallPool({
    capacity: 3,
    ordered: true,
    keyed: false,
    timeout: undefined,
    clock,
    createContext: () => new CallContext(createScope()),
    call: (value, context) => {
      const call = { ...deferred<unknown>(), value, context: context as CallContext }
      calls.push(call)
      return call.promise
    },
    timeoutError: ({ value }) => new Error(`timeout of ${String(value)}`),
    ...told,
  })
  const reader = (pool.reader = new CountingWaker())
  const caller = (pool.caller = new CountingWaker())
  const read = (): unknown[] => {
    const results: unknown[] = []
    let slot: Slot | null
    while ((slot = pool.peek()) !== null) {
      pool.shift()
      results.push(slot.failed ? String(slot.result) : slot.result)
      if (slot.failed) pool.unpark(slot)
      pool.release(slot)
    }
    return results
  }
  return { pool, clock, calls, reader, caller, read }
}

export const submit = ({ pool }: Bench, ...values: unknown[]): void => {
  for (const value of values) pool.submit(value, value, 0, NaN, null)
}
