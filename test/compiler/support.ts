import { compileInStages, passes } from '../../src/compiler/compile.ts'
import type { Plan, PlanEdge } from '../../src/compiler/plan.ts'
import { RecordingEnvironment } from '../stream/recorded.ts'

/** The plan after the pass of that name. */
export const planAfter = (pass: string, env: RecordingEnvironment, parallelism = 1): Plan => {
  const stage = compileInStages(env.graph, parallelism).find(({ name }) => name === pass)
  if (stage === undefined)
    throw new Error(`there is no pass ${pass} among ${passes.map(({ name }) => name).join()}`)
  return stage.plan
}

/** Operators by name, task by task. */
export const tasksOf = (env: RecordingEnvironment, parallelism = 1): string[] => {
  const plan = planAfter('chain', env, parallelism)
  const names = new Map(plan.nodes.map(({ transformation: { id, name } }) => [id, name]))
  return plan.tasks.map(({ nodes }) => nodes.map((id) => names.get(id)).join(' + '))
}

/** Edges by the names of what they connect: `a > b hash`. */
export const edgesOf = (plan: Plan): string[] => {
  const names = new Map(plan.nodes.map(({ transformation: { id, name } }) => [id, name]))
  const role = (edge: PlanEdge): string =>
    edge.role.type === 'side' ? `side ${edge.role.tag}` : edge.role.type
  return plan.edges.map(
    (edge) => `${names.get(edge.from)} > ${names.get(edge.to)} ${role(edge)} ${edge.route}`,
  )
}

export const parallelismOf = (env: RecordingEnvironment, standard: number): Record<string, number> =>
  Object.fromEntries(
    planAfter('parallelise', env, standard).nodes.map(({ transformation: { name }, parallelism }) => [
      name,
      parallelism,
    ]),
  )

/** One of everything, with loops, side outputs, dead letters, services and parallel parts. */
export const everything = (): RecordingEnvironment => {
  const env = new RecordingEnvironment('everything')
  const again = env.fromFuture<number>('again')
  const source = env.fromBatch([1, 2, 3], { name: 'source', parallelism: 2 })
  const inside = source
    .union(again)
    .map((n) => n + 1, { name: 'inside', onError: 'dead-letter', uid: 'inner' })
  inside.filter((n) => n > 5, { name: 'again?' }).fillFuture(again)
  const split = inside.process<number>(() => {}, { name: 'split', parallelism: 3 })
  split.sideOutput<number>('late').sink(() => {}, { name: 'late' })
  const keyed = split.keyBy((n) => n % 2)
  keyed.reduce((a, b) => a + b, { name: 'sum', parallelism: 4 }).collect()
  keyed
    .join(
      env.fromInterval(5, { count: 3 }).keyBy((n) => n),
      (a, b) => a + b,
    )
    .print()
  env.deadLetters().sink(() => {}, { name: 'letters' })
  env.registerPipeline('double', (requests) => requests.map((n) => (n as number) * 2, { name: 'twice' }))
  return env
}
