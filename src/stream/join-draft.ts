import { excerpt } from '../errors/excerpt.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { NodeDraft } from '../graph/node-draft.ts'
import type { JoinOptions } from './operator-options.ts'

/** @throws InvalidArgumentError unless there are two inputs and the type is one of joins. */
export function joinDraft(inputs: readonly string[], options: JoinOptions | undefined): NodeDraft {
  const type = options?.type ?? 'inner'
  if (inputs.length !== 2) {
    throw invalidArgument(
      'join',
      `a join has two inputs, got ${inputs.length}`,
      'join two, then join the next',
    )
  }
  if (type !== 'inner' && type !== 'left' && type !== 'full') {
    throw invalidArgument(
      'join',
      `there is no join of type ${excerpt(type)}`,
      `pass 'inner', 'left' or 'full'`,
    )
  }
  return { kind: 'join', inputs, keyed: true, type }
}
