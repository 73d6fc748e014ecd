import { CheckpointNotFoundError, CheckpointStoreError } from '../errors/checkpoint-errors.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'

// What every store refuses, in the same words.

export const released = (job: string): CheckpointStoreError =>
  new CheckpointStoreError(`the checkpoints of job "${job}" have been released`, {
    remedy: 'claim them again',
  })

export const writerEnded = (id: number): CheckpointStoreError =>
  new CheckpointStoreError(`checkpoint ${id} has been committed or aborted`, { remedy: 'begin another' })

export const missingBlob = (id: number, checkpoint: number): CheckpointStoreError =>
  new CheckpointStoreError(
    `checkpoint ${id} refers to bytes of checkpoint ${checkpoint} that are not there`,
    {
      remedy: 'write the state whole, and keep checkpoints until nothing that is being written needs them',
    },
  )

export const noCheckpoint = (job: string, id: number): CheckpointNotFoundError =>
  new CheckpointNotFoundError(`job "${job}" has no checkpoint ${id}`, {
    remedy: 'look which there are; it may have been removed',
  })

export const noLocation = (location: string, cause?: unknown): CheckpointNotFoundError =>
  new CheckpointNotFoundError(`there is no checkpoint at ${location}`, {
    remedy: 'give the location as it was told when the savepoint was taken; it may have been removed',
    cause,
  })

/** @param last the largest id that is there or was begun, -1 for none */
export function checkId(id: number, last: number): void {
  if (Number.isSafeInteger(id) && id > last) return
  throw new InvalidArgumentError(`the id of a checkpoint is a whole number larger than ${last}, not ${id}`)
}
