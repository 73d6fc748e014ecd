import Libsql from 'libsql'
import { join } from 'node:path'
import { isActive, type JobStatus, transitions } from '../../../../src/job/job-status.ts'

/** What is wrong with the database of a server that is closed and had ended all of its jobs; nothing, that is. */
export function faultsOf(data: string): readonly string[] {
  const database = new Libsql(join(data, 'jobs.db'))
  const all = (sql: string): Record<string, unknown>[] =>
    database.prepare(sql).all() as Record<string, unknown>[]
  try {
    const integrity = all('PRAGMA integrity_check').map((row) => String(row['integrity_check']))
    const orphans = all('PRAGMA foreign_key_check').map((row) => `${String(row['table'])} has no job`)
    const jobs = all('SELECT number, id, status, process, ended_at, provider FROM jobs').flatMap((job) => {
      const history = all(
        `SELECT transition FROM transitions WHERE job = ${Number(job['number'])} ORDER BY seq`,
      )
      return faultsOfJob(
        job as unknown as JobRow,
        history.map(({ transition }) => JSON.parse(String(transition)) as Step),
      )
    })
    return [...integrity.filter((line) => line !== 'ok'), ...orphans, ...jobs]
  } finally {
    database.close()
  }
}

interface JobRow {
  readonly id: string
  readonly status: JobStatus
  readonly process: string | null
  readonly ended_at: number | null
  /** Null: it is the server's own. */
  readonly provider: string | null
}

interface Step {
  readonly from: JobStatus | null
  readonly to: JobStatus
}

function faultsOfJob(
  { id, status, process, ended_at, provider }: JobRow,
  history: readonly Step[],
): readonly string[] {
  const faults: string[] = []
  if (isActive(status)) faults.push(`is ${status}`)
  if (process !== null) faults.push(`is ${status} and has a process`)
  if (ended_at === null) faults.push(`is ${status} and has not ended`)
  if (history.at(-1)?.to !== status) faults.push(`is ${status}, its history says ${history.at(-1)?.to}`)
  history.forEach(({ from, to }, i) => {
    if (from !== (history[i - 1]?.to ?? null)) faults.push(`goes from ${history[i - 1]?.to} on from ${from}`)
    // A job elsewhere is looked at now and then, and may have been something else in between.
    if (provider !== null) return
    if (from !== null && !transitions[from].includes(to)) faults.push(`goes from ${from} to ${to}`)
  })
  return faults.map((fault) => `job ${id} ${fault}`)
}
