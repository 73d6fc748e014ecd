import { Graph, layout } from '@dagrejs/dagre'

interface Point {
  readonly x: number
  readonly y: number
}

/** Where things are, in pixels. */
export interface Placed {
  readonly width: number
  readonly height: number
  readonly nodes: ReadonlyMap<string, Point>
  /** By `from>to`: points that the edge goes through. */
  readonly edges: ReadonlyMap<string, readonly Point[]>
}

export const NODE_WIDTH = 190
/** With what an operator does now, and without. */
export const NODE_HEIGHT = 96
export const SHORT_NODE_HEIGHT = 70

interface Shape {
  readonly nodes: readonly { readonly id: string }[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

/** Puts operators behind each other, in layers: Sugiyama's method, by dagre. @param direction of the records */
export function placeGraph({ nodes, edges }: Shape, direction: 'LR' | 'TB', nodeHeight: number): Placed {
  const graph = new Graph({ multigraph: false })
  graph.setGraph({
    rankdir: direction,
    nodesep: 28,
    ranksep: direction === 'LR' ? 64 : 44,
    marginx: 12,
    marginy: 12,
  })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id } of nodes) graph.setNode(id, { width: NODE_WIDTH, height: nodeHeight })
  for (const { from, to } of edges) graph.setEdge(from, to)
  layout(graph)
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number }
  return {
    width,
    height,
    nodes: new Map(
      nodes.map(({ id }) => {
        const { x, y } = graph.node(id) as Point
        return [id, { x, y }]
      }),
    ),
    edges: new Map(
      edges.map(({ from, to }) => {
        const { points } = graph.edge(from, to) as { points: Point[] }
        const sides = direction === 'LR' ? { x: NODE_WIDTH / 2, y: 0 } : { x: 0, y: nodeHeight / 2 }
        const [start, end] = [graph.node(from) as Point, graph.node(to) as Point]
        // Dagre lets lines begin wherever they meet the box; records leave by one side, and enter by the other.
        const first = { x: start.x + sides.x, y: start.y + sides.y }
        const last = { x: end.x - sides.x, y: end.y - sides.y }
        return [
          `${from}>${to}`,
          isForward(first, last, direction) ? [first, ...points.slice(1, -1), last] : points,
        ]
      }),
    ),
  }
}

/** Those of feedback go back. */
const isForward = (first: Point, last: Point, direction: 'LR' | 'TB'): boolean =>
  direction === 'LR' ? first.x < last.x : first.y < last.y

/** A smooth line through points, as the `d` of a path. */
export function smoothPath(points: readonly Point[]): string {
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
