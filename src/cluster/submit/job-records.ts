import type { EngineConnection } from '../engine/cluster-engine.ts'
import { jobKey, JOBS, parseJobKey } from '../protocol/job-keys.ts'
import type { ClusterJobSpec } from '../protocol/job-spec.ts'
import type { ClusterJobState, ClusterJobWish } from '../protocol/job-state.ts'
import { fromJson, toJson } from '../protocol/json.ts'
import { type JobAnswer, JOBS_SUBJECT, type JobQuestion } from '../protocol/leader-calls.ts'

/** Milliseconds for the leader to say how a job gets on. */
const PATIENCE = 2_000

export async function readSpec(
  { records }: Pick<EngineConnection, 'records'>,
  job: string,
): Promise<ClusterJobSpec | null> {
  const record = await records.get(jobKey(job, 'spec'))
  return record && fromJson<ClusterJobSpec>(record.value)
}

export async function readState(
  { records }: Pick<EngineConnection, 'records'>,
  job: string,
): Promise<ClusterJobState | null> {
  const record = await records.get(jobKey(job, 'state'))
  return record && fromJson<ClusterJobState>(record.value)
}

/** Says what is wanted of a job; who wants it cancelled is not overruled by who wants it stopped. */
export async function wishFor(
  { records, calls }: Pick<EngineConnection, 'records' | 'calls'>,
  job: string,
  want: ClusterJobWish['want'],
): Promise<void> {
  const key = jobKey(job, 'wish')
  for (;;) {
    const record = await records.get(key)
    const before = record && fromJson<ClusterJobWish>(record.value).want
    if (before === want || before === 'cancel') break
    const wish: ClusterJobWish = { want }
    if ((await records.put(key, toJson(wish), record?.revision ?? 0)) !== null) break
  }
  await askLeader({ calls }, job).catch(() => {})
}

/** Has the leader look at a job at once. @throws NobodyAnsweredError */
export async function askLeader({ calls }: Pick<EngineConnection, 'calls'>, job: string): Promise<JobAnswer> {
  const question: JobQuestion = { job }
  return fromJson<JobAnswer>(await calls.call(JOBS_SUBJECT, toJson(question), PATIENCE))
}

/** Nothing is left of it, but files that other jobs have as well. */
export async function deleteJob(
  connection: Pick<EngineConnection, 'records' | 'files' | 'deleteLog'>,
  { id, program }: ClusterJobSpec,
): Promise<void> {
  const { records, files } = connection
  await connection.deleteLog(id)
  for (const record of ['spec', 'wish', 'state'] as const) await records.delete(jobKey(id, record))
  const used = new Set<string>()
  for (const { key, value } of await records.list(JOBS)) {
    if (parseJobKey(key)?.record === 'spec') for (const hash of hashesOf(fromJson(value))) used.add(hash)
  }
  // Who submits the same program at this moment looks for its files again once its specification is written.
  for (const hash of hashesOf({ program })) if (!used.has(hash)) await files.delete(hash)
}

function hashesOf({ program }: Pick<ClusterJobSpec, 'program'>): readonly string[] {
  const hashes = program.files.map(({ hash }) => hash)
  return program.earlier === '' ? hashes : [...hashes, program.earlier]
}
