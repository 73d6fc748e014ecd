import type { WindowAggregator, WindowResult } from '../../functions/window.ts'
import type { Reducer } from '../../functions/user-functions.ts'
import type { WindowNode } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import type { Stage } from '../task/stage.ts'
import { WindowCallContext } from '../task/window-call-context.ts'
import type { Firing, WindowLogic } from '../windows/window-logic.ts'
import { unreadSides } from './call-stage.ts'
import { EmitBuffer } from './emit-buffer.ts'
import { lifecycle } from './lifecycle.ts'
import type { StageEnvironment } from './stage-environment.ts'
import { userFunction } from './user-function.ts'

/** What the function table has for the node. */
export interface ReduceFunctions {
  readonly reduce: Reducer<unknown>
  readonly result?: WindowResult<unknown, unknown, unknown> | undefined
}

/** What windows do with their records, and the hooks of the user's that go with it. */
export interface BuiltLogic extends Pick<Stage, 'open' | 'close'> {
  readonly logic: WindowLogic
}

export function windowLogic(node: WindowNode, given: unknown, env: StageEnvironment): BuiltLogic {
  switch (node.logic) {
    case 'reduce':
      return { logic: reduceLogic(given as ReduceFunctions) }
    case 'aggregate':
      return { logic: aggregateLogic(given as WindowAggregator<unknown, unknown, unknown, unknown>) }
    case 'count':
      return { logic: countLogic }
    case 'process':
      return processLogic(node, given, env)
  }
}

function reduceLogic({ reduce, result }: ReduceFunctions): WindowLogic {
  return {
    first: (value) => value,
    add: reduce,
    merge: reduce,
    result:
      result === undefined
        ? ({ accumulator }) => accumulator
        : ({ accumulator, window }) => result(accumulator, window),
  }
}

function aggregateLogic(aggregator: WindowAggregator<unknown, unknown, unknown, unknown>): WindowLogic {
  const add = (accumulator: unknown, value: unknown): unknown =>
    changed(accumulator, aggregator.add(accumulator, value))
  return {
    first: (value) => add(aggregator.create(), value),
    add,
    // Its absence was refused where windows merge.
    merge: (accumulator, other) => changed(accumulator, aggregator.merge!(accumulator, other)),
    result: ({ accumulator, window }) => aggregator.result(accumulator, window),
  }
}

/** The accumulator that was returned, or else the one that was changed in place. */
function changed(accumulator: unknown, returned: unknown): unknown {
  if (returned === undefined || returned === accumulator) return accumulator
  if (!isThenable(returned)) return returned
  return Promise.resolve(returned).then((settled) => (settled === undefined ? accumulator : settled))
}

const countLogic: WindowLogic = {
  first: () => 1,
  add: (count) => (count as number) + 1,
  merge: (count, other) => (count as number) + (other as number),
  // Spelled out: spreading costs more than the rest of a firing.
  result: ({ accumulator, window: { key, start, end, firing, pane } }) => ({
    key,
    start,
    end,
    firing,
    pane,
    count: accumulator,
  }),
}

/** Keeps the records. */
function processLogic(node: WindowNode, given: unknown, env: StageEnvironment): BuiltLogic {
  const user = userFunction(given, 'process')
  const context = new WindowCallContext(env.scope)
  const unread = unreadSides(env)
  const logic: WindowLogic = {
    first: (value) => [value],
    add: (records, value) => {
      ;(records as unknown[]).push(value)
      return records
    },
    merge: (records, others) => {
      for (const value of others as unknown[]) (records as unknown[]).push(value)
      return records
    },
    snapshot: (records) => (records as unknown[]).slice(),
    result: () => undefined,
    outputs: ({ accumulator, window, timestamp }: Firing) => {
      context.key = window.key
      context.time = timestamp
      context.window = window
      const out = new EmitBuffer(node, env.outputs, env.scope.signal, unread, timestamp)
      return out.collect(() => user.call(accumulator, context, out))
    },
  }
  return { logic, ...lifecycle(user, context, env) }
}
