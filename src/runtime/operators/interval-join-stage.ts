import type { IntervalJoinNode } from '../../graph/transformation.ts'
import { CallContext } from '../task/call-context.ts'
import { Stamp } from '../task/event-time.ts'
import type { Stage } from '../task/stage.ts'
import { type BufferedJoin, forget, meet } from './buffered-join.ts'
import { JoinBuffer } from './join-buffer.ts'
import type { Join } from './joined-iterator.ts'
import { keepWatermark } from './kept-watermark.ts'
import { checkTimestamp, lateRecords } from './late-records.ts'
import type { StageEnvironment } from './stage-environment.ts'

/**
 * Pairs each left record with the right ones whose timestamps are from `lower` to `upper` milliseconds after its own.
 * A record stays until the watermark shows that no partner can come. One behind the watermark may have missed
 * partners that are forgotten already: it is late.
 */
export function intervalJoinStage(node: IntervalJoinNode, given: unknown, env: StageEnvironment): Stage {
  const { join } = given as { readonly join: Join }
  const { eventTime } = env
  const buffer = new JoinBuffer(env.state.table('records'), node)
  const stamp = new Stamp()
  // Not before the watermark that made it certain: what follows would take it for late.
  const timeAlone = (timestamp: number, expiry: number): number => Math.max(timestamp, expiry)
  const parts: BufferedJoin = { type: node.type, join, buffer, stamp, timeAlone }
  const takeLate = lateRecords(node.id, env, node.late)
  keepWatermark(env)
  const stage: Stage & { dueAt: number } = {
    node,
    book: env.book,
    mode: 'many',
    takes: 'internal',
    timed: true,
    context: new CallContext(env.scope),
    stamp,
    dueAt: Infinity,
    open: () => {
      buffer.restore()
      stage.dueAt = buffer.due
    },
    call: (value, key, input, timestamp) => {
      checkTimestamp(timestamp, value)
      if (timestamp <= eventTime.watermark) return takeLate(value, timestamp)
      const own = { value, time: timestamp, timestamp, matched: false }
      const outputs = meet(parts, own, key, input, eventTime.watermark)
      stage.dueAt = buffer.due
      return outputs
    },
    advance: (watermark) => {
      const outputs = forget(parts, watermark)
      stage.dueAt = buffer.due
      return outputs
    },
    close: () => buffer.clear(),
  }
  return stage
}
