import { Graph, layout } from '@dagrejs/dagre'

/** Where things are, in pixels. */
export interface Placed {
  readonly width: number
  readonly height: number
  readonly nodes: ReadonlyMap<string, { readonly x: number; readonly y: number }>
  /** By `from>to`: points that the edge goes through. */
  readonly edges: ReadonlyMap<string, readonly { readonly x: number; readonly y: number }[]>
}

export const NODE_WIDTH = 190
export const NODE_HEIGHT = 96

interface Shape {
  readonly nodes: readonly { readonly id: string }[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

/** Puts operators behind each other, in layers: Sugiyama's method, by dagre. @param direction of the records */
export function placeGraph({ nodes, edges }: Shape, direction: 'LR' | 'TB'): Placed {
  const graph = new Graph({ multigraph: false })
  graph.setGraph({
    rankdir: direction,
    nodesep: 28,
    ranksep: direction === 'LR' ? 64 : 44,
    marginx: 12,
    marginy: 12,
  })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id } of nodes) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT })
  for (const { from, to } of edges) graph.setEdge(from, to)
  layout(graph)
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number }
  return {
    width,
    height,
    nodes: new Map(
      nodes.map(({ id }) => {
        const { x, y } = graph.node(id) as { x: number; y: number }
        return [id, { x, y }]
      }),
    ),
    edges: new Map(
      edges.map(({ from, to }) => {
        const { points } = graph.edge(from, to) as { points: { x: number; y: number }[] }
        return [`${from}>${to}`, points]
      }),
    ),
  }
}

/** A smooth line through points, as the `d` of a path. */
export function smoothPath(points: readonly { readonly x: number; readonly y: number }[]): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  let path = `M${first.x} ${first.y}`
  rest.forEach((point, i) => {
    const next = rest[i + 1]
    path +=
      next === undefined
        ? `L${point.x} ${point.y}`
        : `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`
  })
  return path
}
