import type { ProviderConfig } from '../../../src/providers/config/provider-config.ts'
import { bareProvider } from '../../../src/providers/create-provider.ts'
import type { JobProvider } from '../../../src/providers/job-provider.ts'
import type { TestContext } from '../../support/suite.ts'
import { listening } from './fake-api.ts'
import { FakeGeneric, genericParts, genericStatuses } from './fake-generic.ts'
import { FakeRay } from './fake-ray.ts'
import { FakeReplicate } from './fake-replicate.ts'
import type { ProviderScene, SceneStatus } from './provider-contract.ts'
import { token } from './token.ts'

type Context = Pick<TestContext, 'cleanup'>

/** Without its guard, so that every attempt is told of. */
export const bare = ({ cleanup }: Context, config: ProviderConfig): JobProvider => {
  const provider = bareProvider(config, {})
  cleanup(() => provider.close())
  return provider
}

type RealScene<T> = ProviderScene & { readonly api: T }

const parts = <T extends FakeRay | FakeReplicate | FakeGeneric>(
  api: T,
): Pick<Required<ProviderScene>, 'faults' | 'lockOut' | 'shutDown'> & { readonly api: T } => ({
  api,
  faults: api.faults,
  lockOut: () => {
    api.token = 'another'
  },
  shutDown: () => api.kill(),
})

export async function rayScene(context: Context): Promise<RealScene<FakeRay>> {
  const api = await listening(context, new FakeRay())
  api.token = token
  const config = { name: 'cluster', type: 'ray', url: api.url, token } as const
  const words = {
    queued: 'PENDING',
    running: 'RUNNING',
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'STOPPED',
  }
  return {
    ...parts(api),
    provider: bare(context, config),
    add(status) {
      const start_time = 1_647_388_711_000 + 1_000 * api.jobs.length
      const submission_id = `raysubmit_${String(1000 - api.jobs.length)}`
      const end_time = status === 'queued' || status === 'running' ? null : start_time + 500
      api.put({ submission_id, status: words[status], start_time, end_time })
      return submission_id
    },
    write: (id, text) => void api.logs.set(id, (api.logs.get(id) ?? '') + text),
  }
}

const moment = (offset: number): string => `2023-09-08T16:19:${String(10 + offset).padStart(2, '0')}.765994Z`

export async function replicateScene(context: Context): Promise<RealScene<FakeReplicate>> {
  const api = await listening(context, new FakeReplicate())
  api.token = token
  const url = `${api.url}v1`
  const config = { name: 'replicate', type: 'replicate', url, token } as const
  const words = {
    queued: 'starting',
    running: 'processing',
    completed: 'succeeded',
    failed: 'failed',
    cancelled: 'canceled',
  }
  return {
    ...parts(api),
    provider: bare(context, config),
    add(status) {
      const at = api.predictions.size
      const id = `prediction${at}`
      const isOver = status !== 'queued' && status !== 'running'
      api.put({
        id,
        status: words[status],
        created_at: moment(at),
        started_at: status === 'queued' ? null : moment(at + 1),
        completed_at: isOver ? moment(at + 2) : null,
        error: status === 'failed' ? 'CUDA out of memory' : null,
      })
      return id
    },
    write(id, text) {
      api.put({ id, logs: (api.predictions.get(id)?.logs ?? '') + text })
    },
    limitPages(size) {
      api.pageSize = size
    },
  }
}

export async function genericScene(context: Context): Promise<RealScene<FakeGeneric>> {
  const api = await listening(context, new FakeGeneric())
  api.token = token
  const url = `${api.url}v2/`
  const statuses = genericStatuses
  const words = {
    queued: 'Waiting',
    running: 'Active',
    completed: 'Succeeded',
    failed: 'Broken',
    cancelled: 'Killed',
  }
  const config = { name: 'batch', type: 'http', url, token, statuses, ...genericParts } as const
  return {
    ...parts(api),
    provider: bare(context, config),
    add(status: SceneStatus) {
      const uid = `b/${api.jobs.size} ü?`
      const created = 1_700_000_000 + api.jobs.size
      const reason = status === 'failed' ? { message: 'exit code 1', code: 7 } : undefined
      api.put({
        meta: { uid },
        state: { phase: words[status], reason },
        created,
        began: status === 'queued' ? null : created + 0.25,
        ended: status === 'queued' || status === 'running' ? null : created + 0.5,
      })
      return uid
    },
    write: (id, text) => void api.logs.set(id, (api.logs.get(id) ?? '') + text),
    limitPages(size) {
      api.pageSize = size
    },
  }
}
