import { positionOf } from '../graph/node-position.ts'
import type { PipelineGraph } from '../graph/pipeline-graph.ts'
import type { Transformation } from '../graph/transformation.ts'
import type { Route } from '../runtime/flow-control/outputs.ts'

/** What an edge is for. */
export type EdgeRole =
  | { readonly type: 'data' }
  | { readonly type: 'side'; readonly tag: string }
  | { readonly type: 'deadLetter' }
  /** Back to the head of a loop: never blocks. */
  | { readonly type: 'feedback' }

export interface PlanEdge {
  /** `n1>n2#0`: producer, consumer, and which of the consumer's inputs. */
  readonly id: string
  readonly from: string
  readonly to: string
  readonly input: number
  readonly role: EdgeRole
  readonly route: Route
  /** Whether the records travel with their keys. */
  readonly keyed: boolean
  /** Whether the records travel with their event times, and watermarks with them. */
  readonly timed: boolean
}

export interface PlanNode {
  readonly transformation: Transformation
  /** Names the operator's state: its uid, else its id. */
  readonly stateId: string
  readonly parallelism: number
  /** The pipeline-as-service it belongs to, or null for the main pipeline. */
  readonly service: string | null
  /** Whether records may have event times where they leave this node. */
  readonly timed: boolean
  /** Index into `loops`, or null outside any feedback loop. */
  readonly loop: number | null
}

/** One fused chain. */
export interface PlanTask {
  readonly id: string
  readonly nodes: readonly string[]
  readonly parallelism: number
}

/** One parallel instance of a task, and where it runs. */
export interface PlanSubtask {
  readonly task: string
  readonly index: number
  readonly placement: 'process'
}

export interface PlanWarning {
  readonly nodeId: string
  readonly message: string
}

/**
 * What the passes work on, each plan => plan. It begins as the recorded graph, and every pass fills in more. Frozen,
 * JSON-serialisable data throughout, the same for the same program everywhere.
 */
export interface Plan {
  readonly name: string
  readonly services: readonly string[]
  readonly defaultParallelism: number
  readonly nodes: readonly PlanNode[]
  readonly edges: readonly PlanEdge[]
  readonly loops: readonly (readonly string[])[]
  readonly tasks: readonly PlanTask[]
  readonly subtasks: readonly PlanSubtask[]
  readonly warnings: readonly PlanWarning[]
}

/** One step of the compiler. */
export interface Pass {
  readonly name: string
  readonly run: (plan: Plan) => Plan
}

/** The node of that id. @throws RangeError when the plan has none. */
export function nodeOf(plan: Plan, id: string): PlanNode {
  const likely = plan.nodes[positionOf(id)]
  if (likely?.transformation.id === id) return likely
  const node = plan.nodes.find(({ transformation }) => transformation.id === id)
  if (node === undefined) throw new RangeError(`There is no node ${id} in the plan of '${plan.name}'.`)
  return node
}

/** The recorded graph that a plan was made from. */
export function graphOf({ name, services, nodes }: Plan): PipelineGraph {
  return { name, services, nodes: nodes.map(({ transformation }) => transformation) }
}
