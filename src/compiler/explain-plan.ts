import type { CompilerStage } from './compile.ts'
import type { ExplainedService } from './explained-service.ts'
import type { Plan, PlanEdge, PlanNode, PlanSubtask } from './plan.ts'

/**
 * The plan after each pass as text: a line per node, and per edge, loop, task and warning that there is by then. Behind
 * them a line per service, if there are any.
 */
export function explainPlan(
  stages: readonly CompilerStage[],
  services: readonly ExplainedService[] = [],
): string {
  const sections = stages.map(({ name, plan }) => [`== ${name}`, ...describe(plan)])
  if (services.length > 0) sections.push(['== services', ...services.map(describeService)])
  return sections.map((lines) => [...lines, ''].join('\n')).join('\n')
}

function describeService(service: ExplainedService): string {
  if (service.type === 'pipeline') {
    return `  '${service.name}' is a pipeline: ${service.requests} ... ${service.reply}`
  }
  const { name, remote, cleanupTimeout } = service
  const cleanup = `cleanupTimeout ${cleanupTimeout} ms`
  if (remote === null) return `  '${name}' in process, ${cleanup}`
  return `  '${name}' remote x${remote.instances}, restarts ${remote.restarts}, ${cleanup}`
}

function describe(plan: Plan): string[] {
  const lines = plan.nodes.map((node) => describeNode(node))
  if (plan.edges.length > 0) lines.push(...plan.edges.map(describeEdge))
  plan.loops.forEach((members, loop) => lines.push(`  loop ${loop}: ${members.join(', ')}`))
  for (const { id, nodes, parallelism } of plan.tasks)
    lines.push(`  task ${id} x${parallelism}: ${nodes.join(' + ')}`)
  if (plan.subtasks.length > 0) {
    lines.push(`  subtasks: ${plan.subtasks.map(describePlace).join(', ')}`)
  }
  for (const { nodeId, message } of plan.warnings) lines.push(`  warning ${nodeId}: ${message}`)
  return lines
}

function describeNode({ transformation, stateId, parallelism, loop }: PlanNode): string {
  const { id, kind, name, inputs, site } = transformation
  const parts = [
    `  ${id} ${kind} '${name}'`,
    inputs.length === 0 ? '' : `<- ${inputs.join(', ')}`,
    parallelism === 1 ? '' : `x${parallelism}`,
    stateId === id ? '' : `uid=${stateId}`,
    loop === null ? '' : `loop ${loop}`,
    site === undefined ? '' : `(${site.file}:${site.line})`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

function describePlace({ task, index, thread, why }: PlanSubtask): string {
  const place = thread === null ? 'process' : `thread ${thread}`
  return `${task}[${index}] in ${place}${why === null ? '' : ` (${why})`}`
}

function describeEdge({ from, to, role, route, keyed }: PlanEdge): string {
  const tag = role.type === 'side' ? ` '${role.tag}'` : ''
  return `  ${from} -> ${to} ${role.type}${tag} ${route}${keyed ? ' keyed' : ''}`
}
