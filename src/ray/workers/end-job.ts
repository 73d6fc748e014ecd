import { reasonOf } from '../../errors/reason-of.ts'
import type { Clock } from '../../time/clock.ts'
import { delay } from '../../time/delay.ts'
import { isOver, type RayJob } from '../jobs-api/ray-job.ts'
import type { RayJobs } from '../jobs-api/ray-jobs.ts'

/** Milliseconds between two looks. */
const PERIOD = 250
/** For a job to end that runs: Ray kills it after 3 s, unless it was told otherwise. */
const ENDING = 60_000
/** For Ray to see that a job is over, which it looks for every second: one that is forgotten before comes back as failed. */
const NOTICING = 2_000
/** For one that waits for room. Ray takes heed of the wish once there is some, which may never be. */
const WAITING = 3_000

/** Has Ray end a job and forget it. Never rejects. @returns what could not be done, as a sentence; null: it is gone. */
export async function endJob(jobs: RayJobs, id: string, clock: Clock): Promise<string | null> {
  try {
    await jobs.stop(id)
    const job = await ended(jobs, id, clock)
    if (job === null) return null
    if (isOver(job)) {
      await delay(clock, NOTICING)
      await jobs.delete(id)
      return null
    }
    if (job.status === 'PENDING') {
      return `Ray has not started ${id} yet, and ends it once it has: it does not take a job back that waits for room.`
    }
    return `Ray was told to end ${id}, which goes on.`
  } catch (error) {
    return `${id} could not be ended: ${reasonOf(error)}`
  }
}

/** The job as it is when it is over, or when that takes too long. */
async function ended(jobs: RayJobs, id: string, clock: Clock): Promise<RayJob | null> {
  const begun = clock.monotonic()
  for (;;) {
    const job = await jobs.job(id)
    if (job === null || isOver(job)) return job
    const patience = job.status === 'PENDING' ? WAITING : ENDING
    if (clock.monotonic() - begun > patience) return job
    await delay(clock, PERIOD)
  }
}
