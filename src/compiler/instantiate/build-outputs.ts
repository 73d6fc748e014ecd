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
    for (const { edge, output } of channels.outputs(id, subtask)) {
      if (edge.role.type === 'side') addSide(sides, id, edge.role.tag, output)
      else if (edge.role.type === 'deadLetter') deadLetters.push(output)
      else main.push(output)
    }
  }
  return new Outputs(main, sides, deadLetters, resources.freezeShared, waker)
}

function addSide(
  sides: Map<string, Map<string, EdgeOutput[]>>,
  id: string,
  tag: string,
  output: EdgeOutput,
): void {
  let tags = sides.get(id)
  if (tags === undefined) sides.set(id, (tags = new Map<string, EdgeOutput[]>()))
  tags.set(tag, [...(tags.get(tag) ?? []), output])
}
