import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { IdempotencyConflictError, JobNotFoundError, StoreError } from '../../errors/job-server-errors.ts'

// What every store refuses, in the same words.

export const noJob = (id: string): JobNotFoundError =>
  new JobNotFoundError(`there is no job ${id}`, { remedy: 'list the jobs; it may have been deleted' })

export const otherSubmission = (job: string): IdempotencyConflictError =>
  new IdempotencyConflictError(`the idempotency key was used for another submission, that of job ${job}`, {
    remedy: 'use a new key for each submission, and the same one only to send it again',
  })

export const deletedSince = (job: string): IdempotencyConflictError =>
  new IdempotencyConflictError(`the idempotency key was used for job ${job}, which has been deleted since`, {
    remedy: 'use a new key to submit it again',
  })

export const ownJobs = (): InvalidArgumentError =>
  new InvalidArgumentError("the server's own jobs are not taken in from elsewhere", {
    remedy: 'give the provider another name than `local`',
  })

export const closed = (): StoreError =>
  new StoreError('the store of jobs has been closed', { remedy: 'open it again' })
