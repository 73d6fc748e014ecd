import type { ScanNode } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

interface ScanFunction {
  readonly fold: (accumulator: unknown, value: unknown) => unknown
  readonly seed: unknown
}

/** The running accumulator, once per record. A key's first record is folded into a seed of its own. */
export function scanStage(node: ScanNode, given: unknown, env: StageEnvironment): Stage {
  const { fold, seed } = given as ScanFunction
  const fresh = typeof seed === 'function' ? (seed as () => unknown) : () => seed
  const accumulators = env.state.table('accumulators')
  const call = (value: unknown, key: unknown): unknown => {
    const cell = accumulators.cell(key) ?? accumulators.insert(key, fresh())
    // Before the fold: it may change the accumulator in place.
    if (cell.epoch !== accumulators.epoch) accumulators.touch(cell)
    const next = fold(cell.value, value)
    if (isThenable(next)) return Promise.resolve(next).then((accumulator) => (cell.value = accumulator))
    cell.value = next
    return next
  }
  return {
    node,
    book: env.book,
    mode: 'accumulate',
    takes: 'internal',
    call: node.keyed ? call : (value) => call(value, undefined),
    context: new CallContext(env.scope),
  }
}
