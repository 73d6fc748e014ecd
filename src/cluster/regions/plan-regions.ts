import { numberedChannels, type NumberedChannel } from '../../compiler/instantiate/numbered-channels.ts'
import { nodeOf, type Plan, type PlanTask } from '../../compiler/plan.ts'
import { NotDistributableError } from '../../errors/cluster-errors.ts'
import type { RegionSpec } from '../protocol/job-spec.ts'
import { Groups } from './groups.ts'

/**
 * Cuts a plan where records are dealt out anew, into parts that each run in one process: what is joined by an edge that
 * is not cut is one region. The same plan gives the same regions everywhere.
 * @throws NotDistributableError when the pipeline has what can only be had in one process.
 */
export function planRegions(plan: Plan): readonly RegionSpec[] {
  checkDistributable(plan)
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]))
  const taskOf = new Map(plan.tasks.flatMap(({ id, nodes }) => nodes.map((node) => [node, id] as const)))
  const groups = new Groups(plan.subtasks.map(({ task, index }) => `${task}/${index}`))
  const subtaskOf = (node: string, index: number): string => `${taskOf.get(node)!}/${index}`
  for (const channel of numberedChannels(plan)) {
    if (isCut(plan, channel)) continue
    const { edge, producer, consumer } = channel
    groups.join(subtaskOf(edge.from, producer), subtaskOf(edge.to, consumer))
  }
  for (const task of plan.tasks) if (isReadOnce(plan, task)) joinAll(groups, task)
  return groups.all.map((subtasks, i) => {
    const operators = subtasks.flatMap((subtask) => {
      const { nodes } = tasks.get(subtask.slice(0, subtask.indexOf('/')))!
      return nodes.map((node) => nodeOf(plan, node).transformation.name)
    })
    return { id: `r${i}`, operators: [...new Set(operators)], subtasks }
  })
}

/** Whether what goes over a channel goes through the log: records are dealt out anew there, and not inside a loop. */
export function isCut(plan: Plan, { edge }: Pick<NumberedChannel, 'edge'>): boolean {
  if (edge.route === 'forward') return false
  const { loop } = nodeOf(plan, edge.from)
  return loop === null || nodeOf(plan, edge.to).loop !== loop
}

/** Its subtasks share one reader, or are parts of a loop, which counts what is inside it. */
function isReadOnce(plan: Plan, { nodes }: PlanTask): boolean {
  const { transformation: node, loop } = nodeOf(plan, nodes[0]!)
  if (loop !== null) return true
  return node.kind === 'source' && node.source.type !== 'pull' && node.source.type !== 'interval'
}

function joinAll(groups: Groups, { id, parallelism }: PlanTask): void {
  for (let index = 1; index < parallelism; index++) groups.join(`${id}/0`, `${id}/${index}`)
}

function checkDistributable(plan: Plan): void {
  for (const { transformation: node, service } of plan.nodes) {
    const why = service === null ? whyNot(node) : `it is part of the pipeline behind service '${service}'`
    if (why === null) continue
    throw new NotDistributableError(`'${node.name}' cannot run across machines: ${why}.`, {
      operator: node.name,
      site: node.site,
      remedy: 'Run it in a LocalEnvironment, or on a job server, or leave it out of this pipeline.',
    })
  }
}

type Transformation = Plan['nodes'][number]['transformation']

/** Null: it can. */
function whyNot(node: Transformation): string | null {
  if (node.kind === 'sink' && node.sink === 'iterate') {
    return 'toAsyncIterable() is read in the process that submits'
  }
  if (node.kind === 'source' && node.source.type === 'observable') {
    return 'an Observable gives its records once, and a worker that takes over could not have them again'
  }
  if (node.kind === 'concat') {
    return 'concat reads nothing of a later input until those before it have ended, and could commit nothing as long'
  }
  if (node.kind === 'pipe' && node.stateless !== true) {
    return 'nobody could go on with what RxJS operators hold; pass { stateless: true } if they hold nothing'
  }
  return null
}
