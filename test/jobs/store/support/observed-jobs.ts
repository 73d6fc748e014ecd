import type { ObservedJob } from '../../../../src/providers/job-provider.ts'
import type { ForeignRecord, Observed, ObserveDetails } from '../../../../src/jobs/store/foreign-job-store.ts'
import type { JobStore } from '../../../../src/jobs/store/job-store.ts'

export const T = 1_700_000_000_000
export const timeAt = (offset: number): string => new Date(T + offset).toISOString()

/** Everything a provider may tell. */
export const whole: Required<ObservedJob> = {
  externalId: 'x1',
  name: 'train',
  status: 'running',
  externalStatus: 'RUNNING',
  version: 3,
  submittedAt: timeAt(-3000),
  startedAt: timeAt(-2000),
  endedAt: timeAt(-1000),
  restarts: 2,
  cost: { amount: 1.25, unit: 'USD' },
  error: { name: 'E', lineage: ['E'], message: 'it went wrong' },
  url: 'https://example.com/x1',
  logs: [],
}

export const look = (offset: number, more: Partial<ObserveDetails> = {}): ObserveDetails => ({
  at: T + offset,
  cause: 'a test looked',
  create: true,
  ...more,
})

/** What is told of one job. */
export function tell(
  store: JobStore,
  seen: Partial<ObservedJob>,
  offset = 0,
  provider = 'ray',
): Observed & { readonly job: ForeignRecord } {
  const told = { externalId: 'x1', status: null, ...seen }
  const result = store.foreign.observe(provider, [told], look(offset))
  return { ...result, job: store.foreign.find(provider, told.externalId)! }
}
