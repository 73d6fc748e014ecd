import { isSettled } from '../../job/job-status.ts'
import type { NodeResult } from '../../job/job-result.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import type {
  OperatorReport,
  ProgressRate,
  ProgressReport,
  SourceReport,
} from '../../protocol/progress-report.ts'
import type { JobProgress, JobSourceProgress } from '../../runtime/metrics/job-metrics.ts'
import { roundedRate, secondsLeft } from './estimate.ts'
import { percentOf } from './percent.ts'
import type { RunSamples } from './run-samples.ts'
import { stageOfStatus } from './stage-words.ts'

/** What is known of a job of the server's own, at one moment. */
export interface OwnJob {
  readonly info: JobInfo
  /** Of the process that runs it; undefined: there is none, or it has told nothing yet. */
  readonly samples: RunSamples | undefined
  readonly lastLog: string | null
  /** By the wall clock, and by the monotonic one; in milliseconds. */
  readonly now: number
  readonly monotonic: number
}

/** How far a job is that runs here: as its process counts, or has counted. */
export function ownReport({ info, samples, lastLog, now, monotonic }: OwnJob): ProgressReport {
  const { id, status } = info
  const live = isSettled(status) ? undefined : samples
  const told = status === 'running' ? live?.newest : (live?.newest ?? info.progress ?? undefined)
  const nodes = (isSettled(status) ? info.result?.nodes : undefined) ?? told?.nodes ?? []
  const asOf = live === undefined ? endOf(info, told) : now - (monotonic - live.newestAt)
  const age = asOf === null ? null : Math.round(Math.max(0, now - asOf) / 100) / 10
  const sources = sourcesOf(info, told, nodes).map((source) => sourceReport(source, nodes, live, age))
  const isOver = status === 'completed'
  return {
    job: id,
    status,
    stage: stageOf(info, told, sources),
    progress: isOver ? 100 : shareOf(sources),
    from: isOver || (told === undefined && nodes.length === 0) ? 'status' : 'runtime',
    lastLog,
    ...recordsOf(told, nodes),
    rate: rateOf(sources, live),
    eta: status === 'running' ? etaOf(sources) : null,
    sources,
    operators: nodes.map((node) => operatorReport(node, live)),
    asOf: asOf === null ? null : new Date(asOf).toISOString(),
    age,
    refreshError: null,
  }
}

/** When the figures of a job were made that nothing is heard of now. */
function endOf({ endedAt, process }: JobInfo, told: JobProgress | undefined): number | null {
  const at = endedAt ?? (told === undefined ? null : (process?.heartbeatAt ?? null))
  return at === null ? null : Date.parse(at)
}

function stageOf(
  { status, checkpointed }: JobInfo,
  told: JobProgress | undefined,
  sources: readonly SourceReport[],
): string {
  if (status === 'stopping' && !checkpointed) return 'Draining'
  if (status !== 'running') return stageOfStatus[status]
  if (told === undefined) return 'Starting'
  return sources.length > 0 && sources.every(({ progress }) => progress === 100) ? 'Draining' : 'Running'
}

/** As last told; a job that was too short to tell anything has counted records. */
function sourcesOf(
  { status }: JobInfo,
  told: JobProgress | undefined,
  nodes: readonly NodeResult[],
): readonly JobSourceProgress[] {
  const sources: readonly JobSourceProgress[] =
    told?.sources ??
    nodes.flatMap(({ id, kind, out }) => (kind === 'source' ? { node: id, done: out, unit: 'records' } : []))
  if (!isSettled(status)) return sources
  // What it read behind the last that it told.
  return sources.map((source) => {
    const { node, unit = 'records', total } = source
    const out = nodes.find(({ id }) => id === node)?.out
    if (total !== undefined && status === 'completed') return { ...source, done: total }
    return unit === 'records' && out !== undefined ? { ...source, done: Math.max(source.done, out) } : source
  })
}

function sourceReport(
  { node, done, total, unit = 'records' }: JobSourceProgress,
  nodes: readonly NodeResult[],
  live: RunSamples | undefined,
  age: number | null,
): SourceReport {
  const rate = live?.sourceRate(node) ?? null
  const name = nodes.find(({ id }) => id === node)?.name ?? node
  const isKnown = total !== undefined
  return {
    ...{ node, name, done, total: total ?? null, unit, rate },
    progress: isKnown ? (total === 0 ? 100 : percentOf(done, total)) : null,
    eta: isKnown && live !== undefined ? secondsLeft(Math.max(0, total - done), rate, age) : null,
  }
}

function operatorReport(node: NodeResult, live: RunSamples | undefined): OperatorReport {
  const { id, name, kind, in: came, handled, dropped, deadLettered, failed, out, errors } = node
  const rate = live?.operatorRate(id) ?? null
  return { node: id, name, kind, in: came, handled, dropped, deadLettered, failed, out, errors, rate }
}

/** Of all there is to read. Where sources count different things each is as much as the others. */
function shareOf(sources: readonly SourceReport[]): number | null {
  if (sources.length === 0 || sources.some(({ total }) => total === null)) return null
  const sum = (value: (source: SourceReport) => number): number =>
    sources.reduce((all, source) => all + value(source), 0)
  if (unitOf(sources) === null)
    return percentOf(
      sum(({ progress }) => progress ?? 0),
      100 * sources.length,
    )
  const total = sum((source) => source.total ?? 0)
  return total === 0
    ? 100
    : percentOf(
        sum(({ done, total }) => Math.min(done, total ?? 0)),
        total,
      )
}

/** What all sources count; null: there are none, or they count different things. */
function unitOf(sources: readonly SourceReport[]): string | null {
  const [first] = sources
  return first !== undefined && sources.every(({ unit }) => unit === first.unit) ? first.unit : null
}

function rateOf(sources: readonly SourceReport[], live: RunSamples | undefined): ProgressRate | null {
  if (live === undefined) return null
  const unit = unitOf(sources)
  const rates = sources.map(({ rate }) => rate)
  if (unit !== null && rates.every((rate) => rate !== null)) {
    return { value: roundedRate(rates.reduce((all, rate) => all + rate, 0)), unit }
  }
  const value = live.readRate()
  return value === null ? null : { value, unit: 'records' }
}

/** Sources are read side by side: the slowest counts. */
function etaOf(sources: readonly SourceReport[]): number | null {
  let most: number | null = null
  for (const { eta } of sources) {
    if (eta === null) return null
    most = Math.max(most ?? 0, eta)
  }
  return most
}

function recordsOf(
  told: JobProgress | undefined,
  nodes: readonly NodeResult[],
): Pick<ProgressReport, 'read' | 'written'> {
  if (nodes.length === 0) return { read: told?.read ?? null, written: told?.written ?? null }
  const sum = (wanted: string, column: 'out' | 'handled'): number =>
    nodes.reduce((all, node) => (node.kind === wanted ? all + node[column] : all), 0)
  return { read: sum('source', 'out'), written: sum('sink', 'handled') }
}
