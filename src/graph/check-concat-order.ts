import type { GraphIndex } from './graph-index.ts'
import { invalidGraph } from './invalid-graph.ts'
import type { ConcatNode } from './transformation.ts'

/** One source waits for another: `concat` reads nothing of an input until those before it have ended. */
interface Wait {
  readonly concat: ConcatNode
  readonly first: string
  readonly then: string
}

/** @throws InvalidGraphError when sources would wait for each other, or for themselves, and so for ever. */
export function checkConcatOrder({ graph, node, upstream }: GraphIndex): void {
  if (!graph.nodes.some(({ kind }) => kind === 'concat')) return
  const sourcesOf = (id: string): readonly string[] =>
    [...upstream(id)].filter((at) => node(at).kind === 'source')
  const waits = graph.nodes.flatMap((concat) => (concat.kind === 'concat' ? waitsOf(concat, sourcesOf) : []))
  const followers = new Map<string, string[]>()
  for (const { first, then } of waits) followers.set(first, [...(followers.get(first) ?? []), then])

  // A source that waits for itself makes circles of all its waits, so it is what to tell of.
  const own = waits.filter(({ first, then }) => first === then)
  for (const { concat, first, then } of [...own, ...waits]) {
    if (!comesTo(then, first, followers)) continue
    const [one, other] = [node(first).name, node(then).name]
    throw invalidGraph(
      concat,
      first === then
        ? `concat "${concat.name}" reads source "${one}" twice: the later input is held back until the earlier has ended, and both end with the source`
        : `concat "${concat.name}" lets "${other}" wait for the end of "${one}", which waits for "${other}" elsewhere`,
      'use union where the order does not matter, or read from separate sources',
    )
  }
}

function waitsOf(concat: ConcatNode, sourcesOf: (id: string) => readonly string[]): readonly Wait[] {
  const inputs = concat.inputs.map(sourcesOf)
  return inputs.flatMap((later, index) =>
    [...new Set(inputs.slice(0, index).flat())].flatMap((first) =>
      later.map((then) => ({ concat, first, then })),
    ),
  )
}

function comesTo(start: string, goal: string, next: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set([start])
  for (const id of seen) {
    if (id === goal) return true
    for (const other of next.get(id) ?? []) seen.add(other)
  }
  return false
}
