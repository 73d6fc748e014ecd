import type { Plan } from '../../compiler/plan.ts'
import { MillraceError } from '../../errors/millrace-error.ts'
import type { PortableError } from '../../errors/portable-error.ts'
import { fromPortableError } from '../../errors/portable-error-codec.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { JobFailedError } from '../../job/job-errors.ts'
import type { JobResult, NodeResult } from '../../job/job-result.ts'
import type { JobStatus } from '../../job/job-status.ts'
import { cancelledError } from '../../remote/job-end.ts'
import { withLocalNames } from '../../remote/bundle/source-names.ts'
import { addBook, Book } from '../../runtime/metrics/book.ts'
import type { ClusterJobSpec } from '../protocol/job-spec.ts'
import type { ClusterJobState } from '../protocol/job-state.ts'
import { balancedBooks } from '../regions/balanced-books.ts'
import type { RegionReport } from '../protocol/region-report.ts'

/** The status of a job as every job has one. */
export function statusOf(state: ClusterJobState | null): JobStatus {
  if (state === null || (state.startedAt === null && state.status === 'running')) return 'queued'
  if (state.status !== 'closing') return state.status
  return state.outcome === 'completed' ? 'running' : 'stopping'
}

/** The books of every node, summed over regions, in the order of recording. */
export function nodesOf(plan: Plan, reports: Iterable<RegionReport>): readonly NodeResult[] {
  const books = new Map(plan.nodes.map(({ transformation }) => [transformation.id, new Book()]))
  for (const { operators } of reports) {
    for (const { node, book } of operators) {
      const sum = books.get(node)
      if (sum !== undefined) addBook(sum, Object.assign(new Book(), book))
    }
  }
  return plan.nodes.map(({ transformation: { id, name, kind, inputs }, parallelism }) => {
    const { in: entered, handled, dropped, deadLettered, failed, unfinished, out, errors } = books.get(id)!
    const fates = { in: entered, handled, dropped, deadLettered, failed, unfinished, out, errors }
    return { id, name, kind, inputs, parallelism, ...fates }
  })
}

export interface EndedJob {
  readonly spec: ClusterJobSpec
  readonly plan: Plan
  /** As it was last; null: it had not come to run. */
  readonly state: ClusterJobState | null
  /** Folder of the program here, for the names of sources; null: not known. */
  readonly root: string | null
  /** Why it was cancelled from here. */
  readonly cancelledBy?: { readonly cause: unknown } | undefined
}

/**
 * What a job that is over comes to, as in process.
 * @throws JobFailedError, JobCancelledError
 */
export function concludeClusterJob({ spec, plan, state, root, cancelledBy }: EndedJob): JobResult {
  const startedAt = state?.startedAt ?? spec.submittedAt
  const endedAt = state?.endedAt ?? startedAt
  const status = (state?.status ?? 'cancelled') as JobResult['status']
  const fate = status === 'completed' || status === 'stopped' ? 'dropped' : 'unfinished'
  const result: JobResult = {
    jobId: spec.id,
    name: spec.name,
    status,
    startedAt,
    endedAt,
    durationMs: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)),
    restarts: state?.restarts ?? 0,
    restartCauses: state?.restartCauses ?? [],
    nodes: balancedBooks(spec.graph, nodesOf(plan, Object.values(state?.ended ?? {})), fate),
    services: state?.services ?? [],
  }
  if (status === 'failed') throw failedError(result, state?.failure ?? null, root)
  if (status === 'cancelled') throw cancelledError(spec.name, result, cancelledBy)
  return result
}

function failedError(result: JobResult, failure: PortableError | null, root: string | null): JobFailedError {
  if (failure === null) {
    const remedy = 'Look at what the workers of the cluster wrote.'
    return new JobFailedError(`Job '${result.name}' failed, and nothing is known of why.`, result, [], {
      remedy,
    })
  }
  const error = fromPortableError(root === null ? failure : withNames(failure, root))
  const message = `Job '${result.name}' failed: ${reasonOf(error).split('\n')[0] as string}`
  if (!(error instanceof MillraceError)) return new JobFailedError(message, result, [], { cause: error })
  const { operator, site, record, remedy } = error
  // What the user's own code threw, where the operator's error has that.
  const cause = 'cause' in error ? error.cause : error
  return new JobFailedError(message, result, [], { operator, site, record, remedy, cause })
}

function withNames(error: PortableError, root: string): PortableError {
  const local = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? withLocalNames(root, value) : value
  return JSON.parse(JSON.stringify(error), local) as PortableError
}
