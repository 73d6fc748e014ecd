import { SourcePositionError } from '../../errors/checkpoint-errors.ts'

/** Where a source stands: what its checkpoints hold. */
export interface TopicPosition {
  readonly format: 1
  readonly topic: string
  readonly topicId: string
  /** The offset of the next message, of each partition of this subtask. */
  readonly offsets: Readonly<Record<number, number>>
  /** Where each partition is left; null: it goes on for ever. */
  readonly ends: Readonly<Record<number, number>> | null
}

/** @throws SourcePositionError unless it is the position of such a source. */
export function checkPosition(position: unknown, topic: string): TopicPosition {
  const known = position as TopicPosition | null | undefined
  if (known?.format !== 1) throw lost('the saved position is not one of a Kafka source')
  if (known.topic === topic) return known
  throw lost(`the saved position is one of the topic '${known.topic}', not of '${topic}'`)
}

/** @throws SourcePositionError when the topic does not reach that far any more */
export function checkReach(
  { topic, topicId, offsets }: TopicPosition,
  id: string,
  first: ReadonlyMap<number, number>,
  end: ReadonlyMap<number, number>,
): void {
  if (topicId !== id) throw lost(`the topic '${topic}' was made anew since`)
  for (const [partition, offset] of Object.entries(offsets)) {
    const [begin = 0, stop = 0] = [first.get(Number(partition)), end.get(Number(partition))]
    const name = `partition ${partition} of '${topic}'`
    if (offset > stop) throw lost(`${name} ends at ${stop}, and ${offset} comes next`)
    if (offset < begin) {
      const remedy = 'let the topic keep messages for longer than a job may be down; start the job afresh'
      throw lost(`${name} begins at ${begin}, and ${offset} comes next`, remedy)
    }
  }
}

function lost(
  message: string,
  remedy = 'bring the topic back, or start the job afresh',
): SourcePositionError {
  return new SourcePositionError(message, { remedy })
}
