import type { Plan, PlanWarning } from '../compiler/plan.ts'
import type { PullSource, TransactionalSink } from '../functions/user-functions.ts'
import { invalidGraph } from '../graph/invalid-graph.ts'
import type { FunctionTable } from '../graph/pipeline-graph.ts'
import type { SinkNode, SourceNode, Transformation } from '../graph/transformation.ts'
import { isClass } from '../services/service-source.ts'
import type { ResolvedEnvironmentOptions } from './environment-options.ts'

interface Recovery extends Pick<ResolvedEnvironmentOptions, 'restart'> {
  /** Null: it takes none. */
  readonly checkpoints: object | null
}

/**
 * Whether a job of this plan can go on after a crash, as far as its environment has it do so.
 * @returns what to warn of: sources that cannot be read again.
 * @throws InvalidGraphError for operators that no barrier gets through, or whose state nobody can save.
 */
export function checkRecovery(
  { nodes }: Plan,
  functions: FunctionTable,
  { checkpoints, restart }: Recovery,
): readonly PlanWarning[] {
  const warnings: PlanWarning[] = []
  for (const { transformation: node, service } of nodes) {
    const given = functions.get(node.id)
    if (node.kind === 'sink') checkSink(node, given)
    // Pipelines that are services take no part in checkpoints.
    if (service !== null || (checkpoints === null && restart.type === 'none')) continue
    if (checkpoints !== null) checkOperator(node)
    if (node.kind !== 'source') continue
    const reason = checkpoints === null ? unrepeated(node, given) : unreplayed(node, given)
    if (reason !== null) warnings.push({ nodeId: node.id, message: `source ${named(node)} ${reason}` })
  }
  return warnings
}

function checkOperator(node: Transformation): void {
  if (node.kind === 'concat') {
    throw invalidGraph(
      node,
      `concat "${node.name}" reads nothing of a later input until those before it have ended, and so keeps checkpoints waiting as long`,
      'use union where the order does not matter, run one job after the other, or leave checkpoints out',
    )
  }
  if (node.kind === 'pipe' && node.stateless !== true) {
    throw invalidGraph(
      node,
      `pipe "${node.name}" may hold what a checkpoint cannot save`,
      'pass { stateless: true } if all that comes of a record is emitted at once and depends on no other record; otherwise use scan, batch, window or process',
    )
  }
}

/** Calls that overlap, or are timed, are not made where barriers pass. */
function checkSink(node: SinkNode, given: unknown): void {
  if ((node.concurrency === 1 && node.timeout === undefined) || !isTransactional(given)) return
  const option = node.timeout === undefined ? 'concurrency above 1' : 'a timeout'
  throw invalidGraph(
    node,
    `sink "${node.name}" has prepare, commit and recover, which do not go together with ${option}: it is to be told of a checkpoint when all writes before it are done, and none after it has begun`,
    'leave concurrency and timeout out, and raise parallelism instead, or pass batch: { size }',
  )
}

/** Whether a sink of the job makes its output visible by commits. */
export function hasTransactions({ nodes }: Plan, functions: FunctionTable): boolean {
  return nodes.some(
    ({ transformation: { kind, id } }) => kind === 'sink' && isTransactional(functions.get(id)),
  )
}

function isTransactional(given: unknown): boolean {
  const { prepare, commit, recover } = methodsOf<TransactionalSink<unknown, unknown>>(given)
  return [prepare, commit, recover].every((hook) => typeof hook === 'function')
}

/** Why a source does not go on exactly where a checkpoint was, or null. */
function unreplayed({ source }: SourceNode, given: unknown): string | null {
  switch (source.type) {
    case 'observable':
      return 'is an Observable, which is subscribed to anew when the job goes on: what it gave after the last checkpoint is lost in a crash, unless it gives everything again, which is then twice there'
    case 'pull':
      return hasPosition(given)
        ? null
        : 'has no snapshot and restore: what it gave after the last checkpoint is lost in a crash, or, where it begins anew, what it gave before is twice there'
    case 'readable':
      return 'is made anew when the job goes on, and as many chunks are skipped as it had given: that is exact only if it gives the same chunks each time'
    default:
      return null
  }
}

/** Why a source does not give everything again when a job without checkpoints is restarted, or null. */
function unrepeated({ source }: SourceNode, given: unknown): string | null {
  if (source.type === 'observable') {
    return 'is an Observable, which is subscribed to anew when the job is restarted: a hot one does not give again what it gave before'
  }
  if (source.type !== 'pull' || typeof given !== 'function' || isClass(given)) return null
  return 'is a function, which goes on where it was when the job is restarted: what it gave before is not given again. A class is constructed anew'
}

function hasPosition(given: unknown): boolean {
  const { snapshot, restore } = methodsOf<PullSource<unknown>>(given)
  return typeof snapshot === 'function' && typeof restore === 'function'
}

/** Methods of an object, or of the instances of a class. */
function methodsOf<T>(given: unknown): Partial<T> {
  return Object(isClass(given) ? given.prototype : given) as Partial<T>
}

function named({ name, site }: SourceNode): string {
  return site === undefined ? `"${name}"` : `"${name}" (${site.file}:${site.line})`
}
