import type { Transformation } from '../../graph/transformation.ts'

/** Whether calls of this operator may overlap, or are timed: a pool holds them. */
export function isPooled(node: Transformation): boolean {
  return 'concurrency' in node && (node.concurrency > 1 || node.timeout !== undefined)
}

/** The nodes of a chain by strand: a pooled operator belongs to the strand that reads its results. */
export function cutAtPools(nodes: readonly Transformation[]): string[][] {
  const strands: string[][] = [[]]
  for (const node of nodes) {
    if (isPooled(node)) strands.push([])
    strands.at(-1)!.push(node.id)
  }
  return strands
}
