import type { GraphIndex } from './graph-index.ts'
import { invalidGraph } from './invalid-graph.ts'
import type { SinkNode, SourceNode, Transformation, TransformationKind } from './transformation.ts'

/** Kinds that make one record, or none, of each: a request that leads to none is answered with undefined. */
const oneToOne: ReadonlySet<TransformationKind> = new Set<TransformationKind>([
  'map',
  'filter',
  'tap',
  'validate',
  'keyBy',
  'rebalance',
  'scan',
  'dedupe',
  'throttle',
])

/**
 * Pipelines that are registered as services: between requests and replies each request stays one record. What else
 * hangs on them may do as it likes, but their records never mix with those of the main pipeline, which ends before.
 * @throws InvalidGraphError when it is otherwise.
 */
export function checkServicePipelines(index: GraphIndex): void {
  const { graph, upstream, downstream } = index
  for (const requests of graph.nodes) {
    if (!isRequests(requests)) continue
    const below = downstream(requests.id)
    checkApart(index, requests, below)
    const reply = graph.nodes.find((node) => isReply(node, requests.source.service))
    if (reply === undefined || !below.has(reply.id)) {
      throw invalidGraph(
        requests,
        `the pipeline "${requests.source.service}" returns a stream that is not made of its requests`,
        'return a stream that is derived from `requests`',
      )
    }
    const above = upstream(reply.id)
    for (const node of graph.nodes) {
      if (!below.has(node.id) || !above.has(node.id) || node === requests || node === reply) continue
      if (!oneToOne.has(node.kind)) throw breaksReply(node, requests.source.service)
    }
  }
}

type RequestsNode = SourceNode & { readonly source: { readonly type: 'requests' } }

function isRequests(node: Transformation): node is RequestsNode {
  return node.kind === 'source' && node.source.type === 'requests'
}

function isReply(node: Transformation, service: string): node is SinkNode {
  return node.kind === 'sink' && node.sink === 'reply' && node.service === service
}

function breaksReply(node: Transformation, service: string): Error {
  return invalidGraph(
    node,
    `${node.kind} "${node.name}" is between the requests and the replies of the pipeline "${service}", ` +
      'where each request must lead to one reply',
    `use ${[...oneToOne].join(', ')} there; anything may hang on a branch that is not returned`,
  )
}

function checkApart(
  { graph, node, downstream }: GraphIndex,
  requests: RequestsNode,
  below: ReadonlySet<string>,
): void {
  for (const other of graph.nodes) {
    if (other === requests || (other.kind !== 'source' && other.kind !== 'deadLetters')) continue
    const shared = [...downstream(other.id)].find((id) => below.has(id))
    if (shared === undefined) continue
    const meeting = node(shared)
    throw invalidGraph(
      meeting,
      `"${meeting.name}" mixes the records of "${other.name}" with the requests of the pipeline "${requests.source.service}"`,
      'keep a pipeline that is a service apart, and call it with ctx.service(name).call(request)',
    )
  }
}
