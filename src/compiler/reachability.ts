interface Link {
  readonly from: string
  readonly to: string
}

/** Everything that can be reached from a node, the node itself included. */
export function reachableFrom(start: string, links: readonly Link[]): Set<string> {
  const reached = new Set([start])
  // A Set visits what is added while it is walked.
  for (const id of reached) for (const { from, to } of links) if (from === id) reached.add(to)
  return reached
}
