import parsePrometheusTextFormat from 'parse-prometheus-text-format'
import * as assert from 'uvu/assert'
import { prometheusText } from '../../../src/jobs/server/prometheus-text.ts'
import { suite } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'
import { callable } from './call.ts'
import { toldProgress } from '../progress/told-progress.ts'
import { submissionInput } from './fake-manager.ts'

interface Parsed {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly metrics: readonly { readonly value: string; readonly labels?: Readonly<Record<string, string>> }[]
}

const parse = (text: string): readonly Parsed[] => parsePrometheusTextFormat(text) as readonly Parsed[]

/** The value of one sample. */
function valueOf(parsed: readonly Parsed[], name: string, labels: Record<string, string> = {}): number {
  const samples = parsed.find((family) => family.name === name)?.metrics ?? []
  const found = samples.filter((sample) =>
    Object.entries(labels).every(([key, value]) => sample.labels?.[key] === value),
  )
  assert.is(found.length, 1, `${name} ${JSON.stringify(labels)}`)
  return Number(found[0]!.value)
}

/** What the parser lets pass, and Prometheus does not. */
function isStrict(text: string): void {
  assert.ok(text.endsWith('\n'))
  const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\n"])*"'
  const sample = new RegExp(
    `^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{${label}(?:,${label})*\\})? (?:[-+]?[0-9.e+-]+|[+-]Inf|NaN)$`,
  )
  const seen = new Set<string>()
  const series = new Set<string>()
  let family = ''
  for (const line of text.trimEnd().split('\n')) {
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (kind === 'HELP') {
      assert.not(seen.has(name!), `${name} comes twice`)
      seen.add((family = name!))
    } else if (kind === 'TYPE') {
      assert.is(name, family)
      assert.is(rest === 'counter', name!.endsWith('_total'), name)
    } else {
      assert.is(sample.exec(line)?.[1], family, line)
      const id = line.slice(0, line.lastIndexOf(' '))
      assert.not(series.has(id), `${id} comes twice`)
      series.add(id)
    }
  }
}

suite('/metrics', (test) => {
  test('shows jobs, transitions, requests, streams and the process', async (context) => {
    const { call, manager, app } = callable(context)
    const { id } = manager.create()
    await call('POST /api/v1/jobs', { json: submissionInput() })
    await call('POST /api/v1/jobs', { json: {} })
    await call(`GET /api/v1/jobs/${id}`)
    await call('GET /api/v1/jobs/none')
    await call('GET /nothing/here')
    await call('BREW /nothing/here')
    await call('PATCH /nothing/here')
    manager.become(id, 'running')
    manager.become(id, 'completed')
    await app.request('/api/v1/events')
    await call('HEAD /api/v1/events')
    await app.request(`/api/v1/jobs/${id}/logs/stream`)
    await turn()
    const { text, headers } = await call('GET /metrics')
    assert.is(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    isStrict(text)
    const parsed = parse(text)
    assert.is(valueOf(parsed, 'millrace_jobs', { status: 'queued' }), 1)
    assert.is(valueOf(parsed, 'millrace_jobs', { status: 'completed' }), 1)
    assert.is(valueOf(parsed, 'millrace_queue_length'), 1)
    assert.is(valueOf(parsed, 'millrace_ready'), 1)
    assert.is(valueOf(parsed, 'millrace_job_transitions_total', { to: 'running' }), 1)
    assert.is(valueOf(parsed, 'millrace_job_transitions_total', { to: 'failed' }), 0)
    const requests = (method: string, route: string, status: string): number =>
      valueOf(parsed, 'millrace_http_requests_total', { method, route, status })
    assert.is(requests('POST', '/api/v1/jobs', '201'), 1)
    assert.is(requests('POST', '/api/v1/jobs', '422'), 1)
    assert.is(requests('GET', '/api/v1/jobs/:id', '200'), 1)
    assert.is(requests('GET', '/api/v1/jobs/:id', '404'), 1)
    assert.is(requests('GET', 'none', '404'), 1)
    assert.is(requests('other', 'none', '404'), 1)
    assert.is(requests('PATCH', 'none', '404'), 1)
    assert.is(valueOf(parsed, 'millrace_webhook_attempts_total', { outcome: 'delivered' }), 0)
    assert.is(valueOf(parsed, 'millrace_event_clients', { kind: 'events' }), 1)
    assert.is(valueOf(parsed, 'millrace_event_clients', { kind: 'logs' }), 1)
    assert.is(valueOf(parsed, 'millrace_event_clients_dropped_total'), 0)
    assert.ok(valueOf(parsed, 'process_resident_memory_bytes') > 1e6)
    assert.ok(valueOf(parsed, 'process_cpu_seconds_total') > 0)
    assert.ok(valueOf(parsed, 'process_start_time_seconds') > 1.7e9)
  })

  test('tells how long records of jobs that run are on their way', async (context) => {
    const { call, manager } = callable(context)
    const [measured, unmeasured, over] = ['a', 'b', 'c'].map((name) => manager.create(name).id)
    const figures = { p50: 2, p95: 30, p99: 40, max: 1_500 }
    const latency = { ...figures, sinks: [{ node: 'n1', ...figures }] }
    for (const id of [measured!, unmeasured!, over!]) manager.become(id, 'running')
    for (const id of [measured!, over!]) {
      manager.store.patch(id, { progress: toldProgress(5, undefined, { latency }) })
    }
    manager.become(over!, 'completed')
    const { text } = await call('GET /metrics')
    isStrict(text)
    const samples = parse(text).find(({ name }) => name === 'millrace_job_latency_seconds')!.metrics
    assert.equal(
      samples.map(({ labels, value }) => [labels?.['job'], labels?.['quantile'], Number(value)]),
      [
        [measured, '0.5', 0.002],
        [measured, '0.95', 0.03],
        [measured, '0.99', 0.04],
        [measured, '1', 1.5],
      ],
    )
  })

  test('escapes what labels and help may not have', () => {
    const text = prometheusText([
      {
        name: 'odd',
        type: 'gauge',
        help: 'a \\ and a\nbreak',
        samples: [{ labels: { path: 'C:\\DIR "x"\n' }, value: Infinity }, { value: 1e21 }],
      },
    ])
    isStrict(text)
    const [family] = parse(text)
    assert.is(family!.metrics[0]!.labels!['path'], 'C:\\DIR "x"\n')
    assert.is(family!.metrics[0]!.value, '+Inf')
    assert.is(Number(family!.metrics[1]!.value), 1e21)
  })
})
