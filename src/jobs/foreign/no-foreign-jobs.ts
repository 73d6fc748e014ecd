import type { JobManager } from '../job-manager.ts'
import { LOCAL } from '../store/job-changes.ts'
import type { ForeignJobs } from './foreign-jobs.ts'
import { noProvider, providerGone } from './refusals.ts'
import { syncMessage } from './sync-message.ts'

/** Of a server that was told of no providers. It may still keep jobs of some that it once was told of. */
export const noForeignJobs = (manager: Pick<JobManager, 'get'>): ForeignJobs => {
  /** What is done with a job that runs nowhere that could be asked. */
  const nobody = (id: string): ReturnType<JobManager['get']> => {
    const job = manager.get(id)
    if (job.provider !== LOCAL) throw providerGone(job.provider)
    return job
  }
  return {
    providers: [],
    provider: (name) => {
      throw noProvider(name)
    },
    sync: async ({ provider }) => {
      if (provider !== undefined) throw noProvider(provider)
      return { synced: 0, updated: 0, message: syncMessage([]), failed: [], unknownStatuses: [] }
    },
    refreshActive: async () => ({ refreshed: 0, notRefreshed: [], notRefreshedTotal: 0 }),
    refresh: async (id) => nobody(id),
    refreshLogs: async () => null,
    followLogs: () => () => {},
    cancel: async (id) => nobody(id),
    observe: (provider) => {
      throw noProvider(provider)
    },
    figures: [],
    close: async () => {},
  }
}
