import { SourcePositionError } from '../../errors/checkpoint-errors.ts'
import type { StreamInfo } from './connection.ts'

/** Where a source stands: what its checkpoints hold. Made for every checkpoint. */
export interface StreamPosition {
  readonly format: 1
  readonly stream: string
  /** When that stream was made. */
  readonly created: string
  /** Of the last message that was given; of the one before the first. */
  readonly sequence: number
  /** Of the last message that it is to give; null: it goes on for ever. */
  readonly end: number | null
}

/** @throws SourcePositionError unless it is the position of such a source. */
export function checkPosition(position: unknown, stream: string): StreamPosition {
  const known = position as StreamPosition | null | undefined
  if (known?.format !== 1) throw lost('the saved position is not one of a JetStream source')
  if (known.stream === stream) return known
  throw lost(`the saved position is one of the stream '${known.stream}', not of '${stream}'`)
}

/**
 * @param isWhole whether the source reads all subjects: only then what is gone was for it
 * @throws SourcePositionError when the stream does not reach that far any more
 */
export function checkReach(
  { stream, created, sequence }: StreamPosition,
  info: StreamInfo,
  isWhole: boolean,
): void {
  const { first_seq: first, last_seq: last } = info.state
  if (created !== info.created) throw lost(`the stream '${stream}' was made anew since`)
  if (sequence > last) throw lost(`the stream '${stream}' ends at ${last}, and ${sequence} had been read`)
  if (isWhole && first > sequence + 1)
    throw lost(
      `the stream '${stream}' begins at ${first}, and ${sequence} was the last that had been read`,
      'let the stream keep messages for longer than a job may be down; start the job afresh',
    )
}

function lost(
  message: string,
  remedy = 'bring the stream back, or start the job afresh',
): SourcePositionError {
  return new SourcePositionError(message, { remedy })
}
