import type { EdgeMetrics } from './job-metrics.ts'

/** An edge this full holds back whoever writes to it. */
const FULL = 0.99

type Edge = Pick<EdgeMetrics, 'from' | 'to' | 'fill'>

export const isFull = ({ fill }: Pick<Edge, 'fill'>): boolean => fill >= FULL

/** The fullest queue before an operator, from 0 to 1; null: it has none. */
export function queueBefore(node: string, edges: readonly Edge[]): number | null {
  const fills = edges.filter(({ to }) => to === node).map(({ fill }) => fill)
  return fills.length === 0 ? null : Math.min(1, Math.max(...fills))
}

/** Whether an operator waits for one behind it. */
export const isHeldBack = (node: string, edges: readonly Edge[]): boolean =>
  edges.some((edge) => edge.from === node && isFull(edge))
