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
  readonly place: NodePlace
}

/** Where the subtasks of a node are to be. */
export interface NodePlace {
  readonly in: 'process' | 'thread'
  /** The thread that the user has named, from 0; null: it is dealt out. */
  readonly pinned: number | null
  /** Why it is not where the environment has its operators, in words; null: it is. */
  readonly why: string | null
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
  /** The thread it is in, from 0; null: it is in the process of the job. */
  readonly thread: number | null
  /** Why it is there, in words; null: that goes without saying. */
  readonly why: string | null
}

/** How operators are dealt out to worker threads. */
export interface ThreadSettings {
  /** Where operators are that say nothing else. */
  readonly placement: 'process' | 'thread'
  /** Threads there may be, a positive integer. */
  readonly count: number
  /**
   * - `least-loaded`: to the one with the fewest operators so far
   * - `round-robin`: to one after the other
   */
  readonly schedule: 'least-loaded' | 'round-robin'
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
  readonly threads: ThreadSettings
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
