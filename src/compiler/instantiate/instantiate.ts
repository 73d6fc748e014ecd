import type { FunctionTable } from '../../graph/pipeline-graph.ts'
import type { FutureNode } from '../../graph/transformation.ts'
import type { JobInstance, NodeInstance, StrandInstance } from '../../runtime/dispatcher/job-instance.ts'
import { FeedbackLoop } from '../../runtime/flow-control/feedback-loop.ts'
import { MetricRegistry } from '../../runtime/metrics/metric-registry.ts'
import type { RequestQueue } from '../../runtime/task/heads/request-head.ts'
import type { Strand } from '../../runtime/task/strand.ts'
import type { Places } from '../../runtime/threads/places.ts'
import { nodeOf, type Plan } from '../plan.ts'
import { ChannelTable } from './channel-table.ts'
import type { JobResources } from './job-resources.ts'
import { SharedInputs } from './shared-inputs.ts'
import { buildSubtask } from './subtask-builder.ts'

/** What all subtasks of a job are built from. */
export interface BuildContext {
  readonly plan: Plan
  readonly functions: FunctionTable
  readonly resources: JobResources
  readonly nodes: ReadonlyMap<string, NodeInstance>
  readonly channels: ChannelTable
  readonly inputs: SharedInputs
  readonly requests: ReadonlyMap<string, RequestQueue>
  readonly loops: readonly FeedbackLoop[]
  readonly ended: (strand: Strand) => void
}

/**
 * The plan as Observables and strands: everything a job needs to run, once. `requests` are the doors of pipelines
 * registered as services, by name. `places` says which subtasks are here; null: all are.
 */
export function instantiate(
  plan: Plan,
  functions: FunctionTable,
  resources: JobResources,
  requests: ReadonlyMap<string, RequestQueue>,
  ended: (strand: Strand) => void,
  places: Places | null = null,
): JobInstance {
  const nodes = new Map<string, NodeInstance>()
  for (const { transformation, parallelism, service } of plan.nodes) {
    const main = service === null
    nodes.set(transformation.id, {
      transformation,
      parallelism,
      main,
      books: [],
      metrics: new MetricRegistry(),
      progress: [],
      subtasks: [],
    })
  }
  const loops = plan.loops.map((members) => new FeedbackLoop(futureOf(plan, members)))
  const channels = new ChannelTable(plan, resources, places)
  const inputs = new SharedInputs(functions)
  const context: BuildContext = {
    plan,
    functions,
    resources,
    nodes,
    channels,
    inputs,
    requests,
    loops,
    ended,
  }
  const strands: StrandInstance[] = []
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]))
  for (const { task, index } of plan.subtasks) {
    const planned = tasks.get(task)!
    if (places !== null && places.of(planned.nodes[0]!, index) !== places.here) continue
    const { service } = nodeOf(plan, planned.nodes[0]!)
    const queue = service === null ? undefined : requests.get(service)
    const built = buildSubtask(planned, index, queue === undefined ? context : serving(context, queue))
    queue?.expect(built.length)
    strands.push(...built)
  }
  return { nodes, strands, channels: channels.instances(nodes), latency: resources.latency }
}

/** The strands of a pipeline that is a service tell it of their ends, too: it has stopped behind them. */
function serving(context: BuildContext, queue: RequestQueue): BuildContext {
  const ended = (strand: Strand): void => {
    context.ended(strand)
    queue.strandEnded()
  }
  return { ...context, ended }
}

/** A loop always goes through a future: its first is the loop's head. */
function futureOf(plan: Plan, members: readonly string[]): FutureNode {
  const future = members.map((id) => nodeOf(plan, id).transformation).find(({ kind }) => kind === 'future')
  return future as FutureNode
}
