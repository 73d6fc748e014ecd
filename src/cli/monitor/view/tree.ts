/** What a tree is drawn of. */
export interface TreeNode {
  readonly id: string
  /** Ids of those before it. */
  readonly inputs: readonly string[]
}

/** A line of a tree. */
export interface TreePlace<T> {
  readonly node: T
  /** What stands before its name. */
  readonly lead: string
  /** It has a line further up, where another of its inputs is: what follows it stands there. */
  readonly isAgain: boolean
}

/**
 * A graph as lines that follow the records: what comes next stands below, at the same depth where there is only one way
 * to go. Where several inputs meet, or a loop closes, the node stands once with all that follows, and is named again.
 */
export function asTree<T extends TreeNode>(nodes: readonly T[]): readonly TreePlace<T>[] {
  const known = new Set(nodes.map(({ id }) => id))
  const next = new Map<string, T[]>()
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) next.set(input, [...(next.get(input) ?? []), node])
  }
  const places: TreePlace<T>[] = []
  const seen = new Set<string>()
  // Its own stack: pipelines may be longer than the engine's is deep.
  const walk = (root: T): void => {
    const stack = [{ node: root, lead: '', below: '' }]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const { node, lead, below } = at
      const isAgain = seen.has(node.id)
      places.push({ node, lead, isAgain })
      if (isAgain) continue
      seen.add(node.id)
      const ways = next.get(node.id) ?? []
      const branches = ways.map((way, i) => {
        if (ways.length === 1) return { node: way, lead: below, below }
        const isLast = i === ways.length - 1
        return {
          node: way,
          lead: `${below}${isLast ? '└ ' : '├ '}`,
          below: `${below}${isLast ? '  ' : '│ '}`,
        }
      })
      stack.push(...branches.reverse())
    }
  }
  for (const node of nodes) if (!node.inputs.some((input) => known.has(input))) walk(node)
  // A loop that nothing leads into.
  for (const node of nodes) if (!seen.has(node.id)) walk(node)
  return places
}
