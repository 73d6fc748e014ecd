import type { DefinitionSite } from '../errors/definition-site.ts'
import { excerpt } from '../errors/excerpt.ts'
import { canonical, withoutSite } from './graph-hash.ts'
import type { PipelineGraph } from './pipeline-graph.ts'
import type { Transformation } from './transformation.ts'

/** Where two recordings of a program part. */
export interface GraphDifference {
  /** A clause: "the first has ..., the second ...". */
  readonly text: string
  /** Of the node that differs, where both have it, or one does. */
  readonly operator?: string
  readonly site?: DefinitionSite | undefined
}

/** What a graph is called in the text, and the graph. */
export type Recording = readonly [who: string, graph: PipelineGraph]

/** The first difference of two graphs, one of which may come from JSON; undefined when `graphHash` is the same. */
export function firstDifference([a, left]: Recording, [b, right]: Recording): GraphDifference | undefined {
  if (left.name !== right.name) {
    return { text: `${a} names the pipeline ${excerpt(left.name)}, ${b} ${excerpt(right.name)}` }
  }
  const length = Math.max(left.nodes.length, right.nodes.length)
  for (let i = 0; i < length; i++) {
    const text = nodeDifference([a, left.nodes[i]], [b, right.nodes[i]])
    if (text === undefined) continue
    const node = (right.nodes[i] ?? left.nodes[i]) as Transformation
    return { text, operator: node.name, site: node.site }
  }
  if (canonical(left.services) === canonical(right.services)) return undefined
  return { text: `${a} has the services ${excerpt(left.services)}, ${b} ${excerpt(right.services)}` }
}

type Named = readonly [who: string, node: Transformation | undefined]

function nodeDifference([a, left]: Named, [b, right]: Named): string | undefined {
  if (left === undefined || right === undefined) {
    const [has, hasNot, node] = left === undefined ? [b, a, right] : [a, b, left]
    return `${has} has ${described(node as Transformation)}, and ${hasNot} nothing more`
  }
  if (left.kind !== right.kind || left.name !== right.name) {
    return `where ${a} has ${described(left)}, ${b} has ${described(right)}`
  }
  const [mine, yours] = [withoutSite(left), withoutSite(right)]
  const option = [...new Set([...Object.keys(mine), ...Object.keys(yours)])].find(
    (key) => canonical({ value: mine[key] }) !== canonical({ value: yours[key] }),
  )
  if (option === undefined) return undefined
  const values = [mine[option], yours[option]].map((value) => excerpt(value))
  return `${described(left)} has ${option} ${values[0]} in ${a}, and ${values[1]} in ${b}`
}

function described({ kind, name, site }: Transformation): string {
  return `${kind} "${name}"${site === undefined ? '' : ` (${site.file}:${site.line})`}`
}
