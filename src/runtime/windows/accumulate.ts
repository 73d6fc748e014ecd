import { isThenable } from '../../util/is-thenable.ts'
import { whenSettled } from '../../util/when-settled.ts'
import type { Pane } from './pane.ts'
import type { WindowLogic } from './window-logic.ts'

/** A way for a record into a window. Nothing is changed before it is taken. */
export interface Target {
  readonly pane: Pane
  /** The window's bounds with the record in it. */
  readonly start: number
  readonly end: number
  /** Windows that become one with it, by start. */
  readonly absorbed: readonly Pane[]
}

/** What the windows will hold, one after the other. Adds to `done`. */
export function accumulateAll(
  logic: WindowLogic,
  targets: readonly Target[],
  value: unknown,
  done: unknown[],
): unknown[] | Promise<unknown[]> {
  while (done.length < targets.length) {
    const next = accumulate(logic, targets[done.length] as Target, value)
    if (isThenable(next)) {
      return Promise.resolve(next).then((accumulator) => {
        done.push(accumulator)
        return accumulateAll(logic, targets, value, done)
      })
    }
    done.push(next)
  }
  return done
}

/** The record goes in first: it is the one that may be refused. */
function accumulate(logic: WindowLogic, { pane, absorbed }: Target, value: unknown): unknown {
  const own = pane.size === 0 ? logic.first(value) : logic.add(pane.accumulator, value)
  if (absorbed.length === 0) return own
  return absorbed
    .filter(({ size }) => size > 0)
    .reduce(
      (accumulator, other) => whenSettled(accumulator, (settled) => logic.merge(settled, other.accumulator)),
      own,
    )
}
