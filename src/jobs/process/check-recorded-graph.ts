import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GraphMismatchError } from '../../errors/program-errors.ts'
import { firstDifference } from '../../graph/first-difference.ts'
import { graphHash } from '../../graph/graph-hash.ts'
import type { PipelineGraph } from '../../graph/pipeline-graph.ts'
import type { RunOrder } from './messages.ts'

type Recorded = Pick<RunOrder, 'folder' | 'program'>

/** @throws GraphMismatchError when the program has recorded another pipeline than the client. */
export function checkRecordedGraph(graph: PipelineGraph, order: Recorded): void {
  if (graphHash(graph) === order.program.graphHash) return
  const difference = differenceOf(graph, order)
  throw new GraphMismatchError(
    `The program has recorded another pipeline than where it was submitted${difference === undefined ? '' : `: ${difference.text}`}`,
    {
      operator: difference?.operator,
      site: difference?.site,
      remedy:
        'Let the pipeline not depend on what is different on the server, such as files, environment variables, arguments or time; pass what it needs as argv, env or assets.',
    },
  )
}

function differenceOf(
  graph: PipelineGraph,
  { folder, program }: Recorded,
): ReturnType<typeof firstDifference> {
  if (program.graph === undefined) return undefined
  try {
    const theirs = JSON.parse(readFileSync(join(folder, program.graph), 'utf8')) as PipelineGraph
    return firstDifference(['the client', theirs], ['the server', graph])
  } catch {
    // Without it nobody knows more than that they differ.
    return undefined
  }
}
