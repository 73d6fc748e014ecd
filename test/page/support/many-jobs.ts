import { join } from 'node:path'
import { SqliteJobStore } from '../../../src/jobs/store/sqlite-job-store.ts'

/** Jobs that are taken in with one write. */
const BATCH = 1000
const HOUR = 60 * 60 * 1000

const names = ['prices', 'licences', 'clicks', 'mails', 'letters']
export const statuses = ['completed', 'failed', 'cancelled', 'stopped'] as const

/**
 * Puts jobs of another place into the database of a server that is to be started in a folder: `prices 0`, `licences 1`
 * and so on, the highest number the newest, which end one by one with each of `statuses`.
 */
export function seedJobs(data: string, count: number): void {
  const store = new SqliteJobStore({ file: join(data, 'jobs.db') })
  const now = Date.now()
  const timeOf = (ago: number): string => new Date(now - ago).toISOString()
  for (let first = 0; first < count; first += BATCH) {
    const jobs = Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => {
      const number = first + i
      const ago = HOUR + (count - number) * 1000
      return {
        externalId: `seeded-${number}`,
        name: `${names[number % names.length]!} ${number}`,
        status: statuses[number % statuses.length]!,
        submittedAt: timeOf(ago),
        startedAt: timeOf(ago - 100),
        // Each lasts differently long.
        endedAt: timeOf(ago - 100 - ((number * 7919) % 100_003)),
      }
    })
    store.foreign.observe('archive', jobs, { at: now, cause: 'the test', create: true })
  }
  store.close()
}
