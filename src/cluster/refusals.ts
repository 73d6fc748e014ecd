import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'

/** Records of two jobs at once would meet in the one buffer that `collect()` has returned. */
export function isBusy(name: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `A job of environment '${name}' is running, and has the buffer that this one needs.`,
    {
      remedy:
        'Wait for it, build the pipeline in an environment of its own, or write to a sink instead of collect().',
    },
  )
}

export function noResume(name: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `A job in a cluster does not resume from a savepoint: environment '${name}' has none.`,
    { remedy: 'Leave resume out: what a job has done stays done when its workers fail.' },
  )
}
