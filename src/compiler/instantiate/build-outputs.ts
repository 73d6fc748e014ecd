import type { Waker } from '../../runtime/flow-control/channel.ts'
import { type EdgeOutput, Outputs } from '../../runtime/flow-control/outputs.ts'
import type { BuildContext } from './instantiate.ts'

/**
 * What the strand of these nodes writes to. Side outputs and dead letters leave from the strand of their operator,
 * everything else from the last.
 */
export function buildOutputs(
  nodes: readonly string[],
  subtask: number,
  { channels, resources }: BuildContext,
  waker: Waker,
): Outputs {
  const main: EdgeOutput[] = []
  const sides = new Map<string, Map<string, EdgeOutput[]>>()
  const deadLetters: EdgeOutput[] = []
  for (const id of nodes) {
    const tags = new Map<string, EdgeOutput[]>()
    sides.set(id, tags)
    for (const { edge, output } of channels.outputs(id, subtask)) {
      if (edge.role.type === 'side') tags.set(edge.role.tag, [...(tags.get(edge.role.tag) ?? []), output])
      else if (edge.role.type === 'deadLetter') deadLetters.push(output)
      else main.push(output)
    }
  }
  return new Outputs(main, sides, deadLetters, resources.freezeShared, waker)
}
