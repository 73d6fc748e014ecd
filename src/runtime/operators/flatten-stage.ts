import type { Stage } from '../task/stage.ts'

/**
 * Takes apart what a pooled operator returned, in the strand that reads the pool; its `end` emits here too. The
 * outputs come in the place of the key: see PoolHead.
 */
export function flattenStage(operator: Stage): Stage {
  const { node, book, context } = operator
  return {
    node,
    book,
    context,
    mode: 'many',
    takes: 'internal',
    call: (_record, outputs) => outputs,
    ...(operator.end && { end: () => operator.end?.() }),
  }
}
