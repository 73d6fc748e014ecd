import { CheckpointTimeoutError } from '../../errors/checkpoint-errors.ts'
import type { PendingCheckpoint } from './pending-checkpoint.ts'

/** Names in the message, at most. */
const MOST_NAMES = 5

/** @param timeout milliseconds. */
export function checkpointTimeout(
  { barrier, missing }: PendingCheckpoint,
  timeout: number,
): CheckpointTimeoutError {
  const names = [...new Set([...missing].map(({ name }) => `'${name}'`))]
  const more = names.length - MOST_NAMES
  const first = names.slice(0, MOST_NAMES).join(', ')
  const all = more > 0 ? `${first} and ${more} more` : first || 'the store'
  return new CheckpointTimeoutError(
    `Checkpoint ${barrier.checkpoint} took longer than ${timeout} ms; it waited for ${all}.`,
    { remedy: 'Look at what they wait for, or raise the timeout of checkpoints.' },
  )
}
