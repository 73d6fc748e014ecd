import type { CallPool } from '../flow-control/call-pool.ts'
import type { Reply } from '../flow-control/packet.ts'
import type { Stage } from '../task/stage.ts'

/**
 * Starts an operator's calls: the last stage of the strand before the pool. It has the operator's intake; the strand
 * that reads the pool has everything else, closing included.
 */
export function poolStage(
  operator: Pick<Stage, 'node' | 'book' | 'context'>,
  open: () => unknown,
  pool: CallPool,
  reply: () => Reply | null,
  timed: boolean,
): Stage {
  const { node, book, context } = operator
  return {
    node,
    book,
    context,
    open,
    mode: 'end',
    takes: 'internal',
    get ready() {
      return pool.ready
    },
    get finished() {
      return pool.cancelled
    },
    set finished(_acknowledged: boolean) {
      // Acknowledging takes nothing back: a cancelled pool stays cancelled, and the strand reads no more.
    },
    timed,
    call: (value, key, input, timestamp) => {
      pool.submit(value, key, input, timestamp, reply())
    },
    forward: (signal) => pool.signal(signal),
    complete: () => pool.end(),
  }
}
