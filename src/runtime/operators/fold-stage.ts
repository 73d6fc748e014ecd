import type { Aggregator, Reducer } from '../../functions/user-functions.ts'
import type { AggregateNode, CountNode, ReduceNode } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import type { StateTable } from '../state/state-table.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** How one record changes a key's accumulator. */
interface Fold {
  first(value: unknown): unknown
  next(accumulator: unknown, value: unknown): unknown
  result(key: unknown, accumulator: unknown): unknown
  /** What an unkeyed fold of no record at all emits: nothing where absent. */
  empty?(): unknown
}

/** reduce, aggregate and count: one accumulator per key (or one in all), emitted when the input has ended. */
export function foldStage(
  node: ReduceNode | AggregateNode | CountNode,
  given: unknown,
  env: StageEnvironment,
): Stage {
  const fold = foldOf(node, given)
  const cells = env.state.table('accumulators')
  let ended = false
  if (!node.keyed) {
    env.state.value('ended', {
      save: () => ended || undefined,
      load: (saved) => (ended = saved as boolean),
    })
  }
  const begin = (key: unknown, value: unknown): unknown => {
    const first = fold.first(value)
    if (!isThenable(first)) {
      cells.insert(key, first)
      return undefined
    }
    return Promise.resolve(first).then((accumulator) => {
      cells.insert(key, accumulator)
    })
  }
  const call = (value: unknown, key: unknown): unknown => {
    const cell = cells.cell(key)
    if (cell === undefined) return begin(key, value)
    // Before the fold: it may change the accumulator in place.
    if (cell.epoch !== cells.epoch) cells.touch(cell)
    const next = fold.next(cell.value, value)
    if (isThenable(next)) {
      return Promise.resolve(next).then((accumulator) => {
        cell.value = accumulator
      })
    }
    cell.value = next
    return undefined
  }
  const unkeyed = (value: unknown): unknown => call(value, undefined)
  const end = (): Iterable<unknown> | undefined => {
    if (cells.size > 0) return results(cells, fold)
    return node.keyed || ended || fold.empty === undefined ? undefined : [fold.empty()]
  }
  return {
    node,
    book: env.book,
    mode: 'many',
    takes: 'internal',
    call: node.keyed ? call : unkeyed,
    context: new CallContext(env.scope),
    end: () => {
      const outputs = end()
      ended = true
      return outputs
    },
  }
}

/** Paced by whoever takes the results; a key is forgotten once its result is out. */
function* results(cells: StateTable<unknown>, fold: Fold): Generator {
  for (const { key, value } of cells.cells()) {
    cells.delete(key)
    yield fold.result(key, value)
  }
}

function foldOf(node: ReduceNode | AggregateNode | CountNode, given: unknown): Fold {
  switch (node.kind) {
    case 'count':
      return {
        first: () => 1,
        next: (count) => (count as number) + 1,
        result: (key, count) => (node.keyed ? [key, count] : count),
        empty: () => 0,
      }
    case 'reduce': {
      const reduce = given as Reducer<unknown>
      return { first: (value) => value, next: reduce, result: (_key, accumulator) => accumulator }
    }
    case 'aggregate': {
      const aggregator = given as Aggregator<unknown, unknown, unknown>
      const add = (accumulator: unknown, value: unknown): unknown => {
        const next: unknown = aggregator.add(accumulator, value)
        return next === undefined ? accumulator : next
      }
      return {
        first: (value) => add(aggregator.create(), value),
        next: add,
        result: (key, accumulator) => aggregator.result(accumulator, key),
        empty: () => aggregator.result(aggregator.create(), undefined),
      }
    }
  }
}
