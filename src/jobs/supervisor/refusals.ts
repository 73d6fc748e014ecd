import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import {
  JobActiveError,
  JobNotRunningError,
  MissingFilesError,
  QueueFullError,
  ServerBusyError,
} from '../../errors/job-server-errors.ts'
import type { JobSummary } from '../../protocol/job-info.ts'

// What a job manager does not do, and what to do about it.

type Job = Pick<JobSummary, 'id' | 'status'>

export const stillActive = ({ id, status }: Job): JobActiveError =>
  new JobActiveError(`job ${id} is ${status}`, { remedy: 'stop or cancel it first, or force it' })

export const notRunning = ({ id, status }: Job): JobNotRunningError =>
  new JobNotRunningError(`job ${id} is ${status}, and only one that runs can save its state`, {
    remedy: 'wait until it runs',
  })

export const noCheckpoints = (): InvalidArgumentError =>
  new InvalidArgumentError('the job keeps no checkpoints, so it has no savepoints', {
    remedy: 'submit it with checkpointed: true',
  })

export const missingFiles = (hashes: readonly string[]): MissingFilesError =>
  new MissingFilesError(`${hashes.length} files of the program are not on the server`, hashes, {
    remedy: 'upload them first',
  })

export const missingSecrets = (names: readonly string[]): InvalidArgumentError =>
  new InvalidArgumentError(
    `secrets of the job are gone, as those of every job that is over: ${names.join(', ')}`,
    {
      remedy: 'give them again',
    },
  )

export const queueFull = (most: number): QueueFullError =>
  new QueueFullError(`${most} jobs wait to run, which is all the server takes`, {
    remedy: 'submit it again later, or raise maxQueued',
  })

export const closing = (): ServerBusyError =>
  new ServerBusyError('the server is closing', { remedy: 'try again when it has started' })
