import type { JobResult, NodeResult } from '../../job/job-result.ts'
import type { JobInstance, NodeInstance } from './job-instance.ts'

/** The books of every node, summed over its subtasks, in the order of recording. */
export function summarise({ nodes }: JobInstance): JobResult['nodes'] {
  return [...nodes.values()].map(summariseNode)
}

function summariseNode({ transformation, parallelism, books }: NodeInstance): NodeResult {
  const sum = { in: 0, dropped: 0, deadLettered: 0, failed: 0, unfinished: 0, out: 0, errors: 0 }
  for (const book of books) {
    for (const column of Object.keys(sum) as (keyof typeof sum)[]) sum[column] += book[column]
  }
  const { id, name, kind } = transformation
  const handled = sum.in - sum.dropped - sum.deadLettered - sum.failed - sum.unfinished
  const { in: entered, ...rest } = sum
  return { id, name, kind, parallelism, in: entered, handled, ...rest }
}

/** Records that were sent and never read enter their consumer's books, so that sent = received on every edge. */
export function settleBooks({ channels }: JobInstance, fate: 'dropped' | 'unfinished'): void {
  for (const { channel, consumer } of channels) {
    const missing = channel.sent - channel.received
    consumer.in += missing
    consumer[fate] += missing
    channel.received = channel.sent
  }
}
