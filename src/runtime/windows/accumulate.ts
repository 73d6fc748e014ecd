import { isThenable } from '../../util/is-thenable.ts'
import type { Pane } from './pane.ts'
import type { WindowLogic } from './window-logic.ts'

/** What a window will hold with one record more, or a promise of it. Nothing else changes. */
export function accumulate(logic: WindowLogic, pane: Pane, value: unknown): unknown {
  return pane.size === 0 ? logic.first(value) : logic.add(pane.accumulator, value)
}

/**
 * What the first `count` of several windows will hold with one record more, one after the other. Null: it is in `held`;
 * else, where something has to be waited for, a promise of it. The arrays are free when this has returned.
 */
export function accumulateEach(
  logic: WindowLogic,
  panes: readonly Pane[],
  count: number,
  value: unknown,
  held: unknown[],
): Promise<unknown[]> | null {
  for (let i = 0; i < count; i++) {
    const next = accumulate(logic, panes[i] as Pane, value)
    if (isThenable(next)) return waitForRest(logic, panes.slice(0, count), value, held.slice(0, i), next)
    held[i] = next
  }
  return null
}

async function waitForRest(
  logic: WindowLogic,
  panes: readonly Pane[],
  value: unknown,
  held: unknown[],
  next: PromiseLike<unknown>,
): Promise<unknown[]> {
  held.push(await next)
  for (let i = held.length; i < panes.length; i++) held.push(await accumulate(logic, panes[i] as Pane, value))
  return held
}
