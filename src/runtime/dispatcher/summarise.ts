import type { JobResult, NodeResult } from '../../job/job-result.ts'
import { addBook, Book } from '../metrics/book.ts'
import type { JobInstance, NodeInstance } from './job-instance.ts'

/** The books of every node, summed over its subtasks, in the order of recording. */
export function summarise({ nodes }: JobInstance): JobResult['nodes'] {
  return [...nodes.values()].map(summariseNode)
}

function summariseNode({ transformation, parallelism, books }: NodeInstance): NodeResult {
  const { id, name, kind, inputs } = transformation
  const sum = new Book()
  for (const book of books) addBook(sum, book)
  const { in: entered, handled, dropped, deadLettered, failed, unfinished, out, errors } = sum
  return {
    id,
    name,
    kind,
    inputs,
    parallelism,
    in: entered,
    handled,
    dropped,
    deadLettered,
    failed,
    unfinished,
    out,
    errors,
  }
}

/** Records that were sent and never read enter their consumer's books, so that sent = received on every edge. */
export function settleBooks({ channels }: JobInstance, fate: 'dropped' | 'unfinished'): void {
  for (const { channel, consumer } of channels) {
    // A thread that died may not have told all that it had sent.
    const missing = Math.max(0, channel.sent - channel.received)
    consumer.in += missing
    consumer[fate] += missing
    channel.received = channel.sent
  }
}
