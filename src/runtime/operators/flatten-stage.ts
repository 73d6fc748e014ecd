import type { Stage } from '../task/stage.ts'

/** Takes apart what a pooled operator returned, in the strand that reads the pool; its `end` emits here too. */
export function flattenStage(operator: Stage, end: Stage['end']): Stage {
  const { node, book, context } = operator
  return {
    node,
    book,
    context,
    mode: 'many',
    takes: 'internal',
    call: (outputs) => outputs,
    ...(end && { end }),
  }
}
