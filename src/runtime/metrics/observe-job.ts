import { Observable } from 'rxjs'
import type { Clock } from '../../time/clock.ts'
import type { NodeResult } from '../../job/job-result.ts'
import type { Dispatcher } from '../dispatcher/dispatcher.ts'
import type { NodeInstance } from '../dispatcher/job-instance.ts'
import type { EdgeMetrics, JobMetrics, JobProgress, JobSourceProgress } from './job-metrics.ts'
import { activityOf } from './node-activity.ts'

/** Milliseconds between snapshots. */
const PERIOD = 250

/** Snapshots of a job: at once, then periodically, then a last one. Costs nothing while nobody listens. */
export function snapshots<T>(dispatcher: Dispatcher, clock: Clock, take: () => T): Observable<T> {
  return new Observable((subscriber) => {
    let cancel = (): void => {}
    const tick = (): void => {
      subscriber.next(take())
      if (!subscriber.closed) cancel = clock.setTimeout(tick, PERIOD)
    }
    tick()
    const status = dispatcher.status$.subscribe({
      error: (error: unknown) => subscriber.error(error),
      complete: () => {
        cancel()
        subscriber.next(take())
        subscriber.complete()
      },
    })
    return () => {
      cancel()
      status.unsubscribe()
    }
  })
}

export function progressOf(dispatcher: Dispatcher, clock: Clock): JobProgress {
  const nodes = dispatcher.nodeResults()
  const sum = (kind: string, column: 'out' | 'handled'): number =>
    nodes.reduce((total, node) => (node.kind === kind ? total + node[column] : total), 0)
  return {
    status: dispatcher.status,
    elapsedMs: dispatcher.startedAt === undefined ? 0 : clock.now() - dispatcher.startedAt,
    read: sum('source', 'out'),
    written: sum('sink', 'handled'),
    sources: nodes.flatMap((node) => sourceProgress(node, dispatcher.instance.nodes.get(node.id)) ?? []),
    nodes,
    edges: edgesOf(dispatcher),
    activity: activityOf(dispatcher.instance, clock.now(), clock.monotonic()),
    latency: dispatcher.instance.latency.figures(),
  }
}

/** Undefined where it is no source of the main pipeline. */
function sourceProgress(
  { id, kind, out }: NodeResult,
  instance: NodeInstance | undefined,
): JobSourceProgress | undefined {
  if (kind !== 'source' || instance?.main !== true) return undefined
  const told = instance.progress.flatMap((ask) => ask() ?? [])
  const [first] = told
  if (first === undefined) return { node: id, done: out, unit: 'records' }
  const done = told.reduce((sum, part) => sum + part.done, 0)
  const total = told.reduce((sum, part) => sum + (part.total ?? NaN), 0)
  return { node: id, done, total: Number.isNaN(total) ? undefined : total, unit: first.unit }
}

function edgesOf(dispatcher: Dispatcher): readonly EdgeMetrics[] {
  const edges = new Map<string, EdgeMetrics>()
  for (const { channel, from, to } of dispatcher.instance.channels) {
    const before = edges.get(`${from}>${to}`) ?? { from, to, sent: 0, held: 0, fill: 0 }
    edges.set(`${from}>${to}`, {
      from,
      to,
      sent: before.sent + channel.sent,
      held: before.held + channel.held,
      fill: Math.max(before.fill, channel.fill),
    })
  }
  return [...edges.values()]
}

export function metricsOf(dispatcher: Dispatcher, clock: Clock): JobMetrics {
  const custom = Object.fromEntries(
    [...dispatcher.instance.nodes].map(([id, { metrics }]) => [id, metrics.snapshot()]),
  )
  return { ...progressOf(dispatcher, clock), custom }
}
