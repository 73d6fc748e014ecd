import type { MetricFamily, Sample } from './prometheus-text.ts'
import type { ServerContext } from './server-context.ts'

const states = ['closed', 'half-open', 'open'] as const

/** What /metrics shows of providers. */
export function providerFamilies({ foreign }: Pick<ServerContext, 'foreign'>): readonly MetricFamily[] {
  const all = foreign.figures
  const active = all.map(({ name: provider, activeJobs }) => ({ labels: { provider }, value: activeJobs }))
  const polls = all.flatMap(({ name: provider, polls: { done, failed } }) => [
    { labels: { provider, outcome: 'done' }, value: done },
    { labels: { provider, outcome: 'failed' }, value: failed },
  ])
  const ages = all.flatMap(({ name: provider, pollAge }) =>
    pollAge === null ? [] : [{ labels: { provider }, value: pollAge / 1_000 }],
  )
  const breakers = all.flatMap(({ name: provider, breaker }) =>
    states.map((state) => ({ labels: { provider, state }, value: state === breaker ? 1 : 0 })),
  )
  return [
    gauge('millrace_provider_jobs_active', 'Jobs of a provider that are active, as far as is known.', active),
    {
      name: 'millrace_provider_polls_total',
      type: 'counter',
      help: 'Rounds of polls of the active jobs of a provider, by whether they came to their end.',
      samples: polls,
    },
    gauge(
      'millrace_provider_poll_age_seconds',
      'Time since all active jobs of a provider were last polled; none where another server polls.',
      ages,
    ),
    gauge(
      'millrace_provider_breaker',
      'Whether a provider is asked (closed) or left alone (open).',
      breakers,
    ),
  ]
}

const gauge = (name: string, help: string, samples: readonly Sample[]): MetricFamily => ({
  ...{ name, type: 'gauge', help, samples },
})
