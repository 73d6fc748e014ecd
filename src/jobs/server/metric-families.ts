import process from 'node:process'
import { transitions, type JobStatus } from '../../job/job-status.ts'
import type { MetricFamily, Sample } from './prometheus-text.ts'
import { providerFamilies } from './provider-families.ts'
import type { ServerContext } from './server-context.ts'

const statuses = Object.keys(transitions) as JobStatus[]

/** Jobs that are told of one by one. */
const MOST_TOLD = 100

/** All that /metrics shows. */
export function metricFamilies(context: ServerContext): readonly MetricFamily[] {
  return [
    ...jobFamilies(context),
    latencyFamily(context),
    ...serverFamilies(context),
    ...webhookFamilies(context),
    ...providerFamilies(context),
    ...processFamilies(context),
  ]
}

function jobFamilies({ manager, metrics, background }: ServerContext): readonly MetricFamily[] {
  const { running, queued, maxRunning } = manager.status
  const jobs = statuses.map((status) => ({
    labels: { status },
    value: manager.list({ status: [status], limit: 1 }).total,
  }))
  const processing = [{ value: background.queueProcessing.enabled ? 1 : 0 }]
  const changes = statuses.map((to) => ({ labels: { to }, value: metrics.transitions.get(to) ?? 0 }))
  return [
    family('millrace_jobs', 'gauge', 'Jobs that are kept, by status.', jobs),
    family('millrace_jobs_running', 'gauge', 'Jobs that have a process.', [{ value: running }]),
    family('millrace_jobs_running_limit', 'gauge', 'Jobs that may have one.', [{ value: maxRunning }]),
    family('millrace_queue_length', 'gauge', 'Jobs that wait for their turn.', [{ value: queued }]),
    family('millrace_queue_processing', 'gauge', 'Whether jobs of the queue are started.', processing),
    family('millrace_job_transitions_total', 'counter', 'Changes of status, by the new one.', changes),
  ]
}

/** Of jobs that run: a job that is over has no samples any more, so that there are never many. */
function latencyFamily({ manager }: ServerContext): MetricFamily {
  const { items } = manager.list({ status: ['running'], provider: ['local'], limit: MOST_TOLD })
  const samples = items.flatMap(({ id }) => {
    const latency = manager.get(id).progress?.latency ?? null
    if (latency === null) return []
    const { p50, p95, p99, max } = latency
    const of = (quantile: string, ms: number): Sample => ({
      labels: { job: id, quantile },
      value: Math.round(ms * 1000) / 1e6,
    })
    return [of('0.5', p50), of('0.95', p95), of('0.99', p99), of('1', max)]
  })
  const help = 'How long records of a job that runs were on their way from a source to a sink, of late.'
  return family('millrace_job_latency_seconds', 'gauge', help, samples)
}

function serverFamilies({
  manager,
  metrics,
  streams,
  waits,
  version,
}: ServerContext): readonly MetricFamily[] {
  const requests = metrics.requests.map(({ labels, count }) => ({ labels, value: count }))
  const open = (['events', 'logs', 'taps'] as const).map((kind) => ({
    labels: { kind },
    value: streams.count(kind),
  }))
  const ends = Object.entries(streams.ends).map(([reason, value]) => ({ labels: { reason }, value }))
  const info = [{ labels: { version }, value: 1 }]
  const ready = [{ value: manager.status.ready ? 1 : 0 }]
  return [
    family('millrace_build_info', 'gauge', 'Always 1.', info),
    family('millrace_ready', 'gauge', 'Whether the server takes jobs.', ready),
    family('millrace_http_requests_total', 'counter', 'Requests that were answered.', requests),
    family('millrace_event_clients', 'gauge', 'Streams that are open.', open),
    family('millrace_waits', 'gauge', 'Requests that wait for a change.', [{ value: waits.size }]),
    family('millrace_event_streams_ended_total', 'counter', 'Streams that have ended, by why.', ends),
    family(
      'millrace_event_clients_dropped_total',
      'counter',
      'Clients that were too slow for their stream.',
      [{ value: streams.ends.slow }],
    ),
  ]
}

function webhookFamilies({ incomingWebhooks, webhooks }: ServerContext): readonly MetricFamily[] {
  const { attempts, disabled } = webhooks.figures
  const subscriptions = webhooks.list()
  const enabled = subscriptions.filter((subscription) => subscription.enabled)
  const pending = subscriptions.reduce((sum, subscription) => sum + subscription.pending, 0)
  const outcomes = Object.entries(attempts).map(([outcome, value]) => ({ labels: { outcome }, value }))
  const { results, failed, waiting } = incomingWebhooks
  const received = results.map(({ provider, result, count }) => ({
    labels: { provider, result },
    value: count,
  }))
  const failures = [...failed].map(([provider, value]) => ({ labels: { provider }, value }))
  return [
    family(
      'millrace_webhooks_received_total',
      'counter',
      'Webhooks of providers, by what became of them.',
      received,
    ),
    family('millrace_webhooks_received_waiting', 'gauge', 'Of those taken in, the ones that wait.', [
      { value: waiting },
    ]),
    family('millrace_webhooks_received_failed_total', 'counter', 'Of those, the ones that failed.', failures),
    family('millrace_webhook_attempts_total', 'counter', 'Webhooks sent, by what came of it.', outcomes),
    family('millrace_webhooks_pending', 'gauge', 'Webhooks that wait for their next attempt.', [
      { value: pending },
    ]),
    family('millrace_webhook_subscriptions', 'gauge', 'Subscriptions, by whether anything is sent to them.', [
      { labels: { state: 'enabled' }, value: enabled.length },
      { labels: { state: 'disabled' }, value: subscriptions.length - enabled.length },
    ]),
    family(
      'millrace_webhook_subscriptions_disabled_total',
      'counter',
      'Those that the server has disabled.',
      [{ value: disabled }],
    ),
  ]
}

function processFamilies({ startedAt }: ServerContext): readonly MetricFamily[] {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const one = (value: number): readonly Sample[] => [{ value }]
  const cpu = one((user + system) / 1e6)
  return [
    family('process_cpu_seconds_total', 'counter', 'CPU time of the server itself.', cpu),
    family('process_start_time_seconds', 'gauge', 'When it started, since the epoch.', one(startedAt / 1000)),
    family('process_resident_memory_bytes', 'gauge', 'Memory of the server itself.', one(rss)),
    family('nodejs_heap_size_used_bytes', 'gauge', 'Of that, heap in use.', one(heapUsed)),
    family('nodejs_heap_size_total_bytes', 'gauge', 'Of that, heap.', one(heapTotal)),
    family('nodejs_external_memory_bytes', 'gauge', 'Memory outside of the heap.', one(external)),
    family('nodejs_active_resources', 'gauge', 'Sockets, timers and the like that keep it alive.', [
      { value: process.getActiveResourcesInfo().length },
    ]),
  ]
}

const family = (
  name: string,
  type: MetricFamily['type'],
  help: string,
  samples: readonly Sample[],
): MetricFamily => ({ name, type, help, samples })
