import type { GenericParts } from '../../../src/providers/generic/generic-config.ts'
import { type Answer, type Exchange, FakeApi } from './fake-api.ts'

export interface BatchJob {
  readonly meta: { readonly uid: string; readonly 'display/name'?: string; readonly generation?: number }
  readonly state: { readonly phase: string; readonly reason?: unknown }
  /** Seconds since the epoch. */
  readonly created?: number
  readonly began?: number | null
  readonly ended?: number | null
  readonly attempts?: number
  readonly spent?: { readonly usd: number }
  readonly link?: string
}

/** A job API of somebody's own, with pages by cursor. */
export class FakeGeneric extends FakeApi {
  readonly jobs = new Map<string, BatchJob>()
  readonly odd: unknown[] = []
  readonly logs = new Map<string, string>()
  pageSize = 100

  constructor() {
    super([
      [/^GET \/v2\/batch$/, (exchange) => this.#list(exchange)],
      [/^GET \/v2\/batch\/(?<id>[^/]+)$/, ({ params }) => this.#with(params, (job) => ({ body: { job } }))],
      [/^DELETE \/v2\/batch\/(?<id>[^/]+)$/, ({ params }) => this.#with(params, (job) => this.#cancel(job))],
      [
        /^GET \/v2\/batch\/(?<id>[^/]+)\/output$/,
        ({ params }) => this.#with(params, ({ meta }) => ({ body: this.logs.get(meta.uid) ?? '' })),
      ],
    ])
  }

  put(change: BatchJob): void {
    this.jobs.set(change.meta.uid, { ...this.jobs.get(change.meta.uid), ...change })
  }

  #list({ url }: Exchange): Answer {
    const from = Number(url.searchParams.get('after') ?? 0)
    const all = [...this.jobs.values()].sort((a, b) => (b.created ?? 0) - (a.created ?? 0))
    const to = from + this.pageSize
    const jobs = [...this.odd, ...all.slice(from, to)]
    return { body: { data: { jobs }, paging: { next: to < all.length ? String(to) : null } } }
  }

  #with({ id = '' }: Exchange['params'], answer: (job: BatchJob) => Answer): Answer {
    const job = this.jobs.get(id)
    return job === undefined ? { status: 404, body: { message: 'no such job' } } : answer(job)
  }

  #cancel(job: BatchJob): Answer {
    if (!['Waiting', 'Active'].includes(job.state.phase)) {
      return { status: 409, body: { error: { message: 'not active' } } }
    }
    this.put({ ...job, state: { phase: 'Killed' } })
    return { status: 202 }
  }
}

export const genericParts: GenericParts = {
  list: {
    path: '/batch?size={limit}&after={cursor}',
    items: '/data/jobs',
    next: { style: 'cursor', at: '/paging/next' },
  },
  get: { path: 'batch/{id}', job: 'job' },
  cancel: { path: 'batch/{id}', method: 'DELETE' },
  logs: { path: 'batch/{id}/output' },
  fields: {
    id: '/meta/uid',
    status: 'state.phase',
    name: '/meta/display~1name',
    version: '/meta/generation',
    submittedAt: '/created',
    startedAt: '/began',
    endedAt: '/ended',
    restarts: '/attempts',
    cost: { amount: '/spent/usd', unit: 'USD' },
    error: '/state/reason',
    url: '/link',
  },
}

export const genericStatuses = {
  waiting: 'queued',
  active: 'running',
  succeeded: 'completed',
  broken: 'failed',
  killed: 'cancelled',
} as const
