import type { TtlJoinNode } from '../../graph/transformation.ts'
import { LONGEST_DELAY } from '../../util/longest-delay.ts'
import type { Cancel } from '../../time/clock.ts'
import { CallContext } from '../task/call-context.ts'
import { Stamp } from '../task/event-time.ts'
import type { Stage } from '../task/stage.ts'
import { type BufferedJoin, forget, meet } from './buffered-join.ts'
import { JoinBuffer } from './join-buffer.ts'
import type { Join } from './joined-iterator.ts'
import { keepWatermark } from './kept-watermark.ts'
import { checkTimestamp, lateRecords } from './late-records.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** A symmetric hash join that forgets each record after `ttl` milliseconds: pairs are at most that far apart. */
export function ttlJoinStage(node: TtlJoinNode, given: unknown, env: StageEnvironment): Stage {
  const { join } = given as { readonly join: Join }
  return node.time === 'event' ? byEventTime(node, join, env) : byProcessingTime(node, join, env)
}

/**
 * A record is forgotten when the watermark is `ttl` past it. One behind the watermark meets what is still there, until
 * it would be forgotten itself: then it is late.
 */
function byEventTime(node: TtlJoinNode, join: Join, env: StageEnvironment): Stage {
  const { eventTime } = env
  const stamp = new Stamp()
  const timeAlone = (_timestamp: number, expiry: number): number => expiry
  const parts: BufferedJoin = { type: node.type, join, buffer: bufferOf(node, env), stamp, timeAlone }
  const { buffer } = parts
  const takeLate = lateRecords(node.id, env, node.late)
  keepWatermark(env)
  const stage: Stage & { dueAt: number } = {
    ...common(node, env, stamp),
    dueAt: Infinity,
    open: () => {
      buffer.restore()
      stage.dueAt = buffer.due
    },
    call: (value, key, input, timestamp) => {
      checkTimestamp(timestamp, value)
      if (timestamp + node.ttl <= eventTime.watermark) return takeLate(value, timestamp)
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

/** A record is forgotten `ttl` after it came, by the clock. */
function byProcessingTime(node: TtlJoinNode, join: Join, env: StageEnvironment): Stage {
  const { clock, waker, eventTime } = env
  const stamp = new Stamp()
  // Not behind the watermark: what follows would take it for late.
  const timeAlone = (timestamp: number): number => Math.max(timestamp, eventTime.watermark + 1)
  const parts: BufferedJoin = { type: node.type, join, buffer: bufferOf(node, env), stamp, timeAlone }
  const { buffer } = parts
  // One timer at a time, for what is forgotten next.
  let cancel: Cancel | null = null
  const arm = (): void => {
    if (cancel !== null || stage.due || buffer.due === Infinity) return
    const wait = Math.min(Math.max(buffer.due - clock.now(), 0), LONGEST_DELAY)
    cancel = clock.setTimeout(() => {
      cancel = null
      stage.due = true
      waker.wake()
    }, wait)
  }
  const rest = (): void => {
    stage.due = false
    arm()
  }
  const stage: Stage & { due: boolean } = {
    ...common(node, env, stamp),
    due: false,
    open: () => {
      buffer.restore()
      arm()
    },
    call: (value, key, input, timestamp) => {
      const now = clock.now()
      const outputs = meet(parts, { value, time: now, timestamp, matched: false }, key, input, now)
      arm()
      return outputs
    },
    // It stays due until all is out: an error in between must not leave the rest waiting.
    poll: () => {
      const outputs = forget(parts, clock.now(), rest)
      if (outputs === undefined) rest()
      return outputs
    },
    end: () => forget(parts, Infinity),
    close: () => {
      cancel?.()
      buffer.clear()
    },
  }
  return stage
}

function bufferOf({ ttl }: TtlJoinNode, env: StageEnvironment): JoinBuffer {
  return new JoinBuffer(env.state.table('records'), { lower: -ttl, upper: ttl })
}

function common(
  node: TtlJoinNode,
  env: StageEnvironment,
  stamp: Stamp,
): Pick<Stage, 'node' | 'book' | 'mode' | 'takes' | 'timed' | 'context' | 'stamp'> {
  return {
    node,
    book: env.book,
    mode: 'many',
    takes: 'internal',
    timed: true,
    context: new CallContext(env.scope),
    stamp,
  }
}
