import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'

/** A savepoint is asked of a job that takes no checkpoints. */
export function noPlaceForSavepoint(job: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `Job '${job}' takes no checkpoints, so there is nowhere to put a savepoint.`,
    { remedy: "Give the environment checkpoints: { store: new FileCheckpointStore('folder') }." },
  )
}

/** A savepoint is asked of a job that does not run. @param state such as `has ended`. */
export function nothingToSave(job: string, state: string): InvalidArgumentError {
  return new InvalidArgumentError(`Job '${job}' ${state}, so it has no state to save.`, {
    remedy: 'Take savepoints of jobs that run.',
  })
}
