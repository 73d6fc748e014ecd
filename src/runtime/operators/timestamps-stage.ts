import { TimestampError } from '../../errors/timestamp-error.ts'
import { excerpt } from '../../errors/excerpt.ts'
import type { WatermarkGenerator } from '../../functions/watermark-strategy.ts'
import type { TimestampsNode } from '../../graph/transformation.ts'
import type { Cancel } from '../../time/clock.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage, WatermarkSource } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** What the function table has for the node. */
export interface TimestampsFunctions {
  readonly select: (value: unknown) => unknown
  /** Of a custom strategy. */
  readonly create?: (() => WatermarkGenerator) | undefined
}

/** Gives each record its event time, and notes how far event time has come. */
export function timestampsStage(node: TimestampsNode, given: unknown, env: StageEnvironment): Stage {
  const { select, create } = given as TimestampsFunctions
  const after = watermarkAfter(node, create)
  const { eventTime, clock, waker } = env
  const generates: WatermarkSource = { next: -Infinity, idle: false }
  let lastRecord = 0
  let cancel: Cancel | null = null
  // One timer at a time, moved on when it fires early: a timer per record would cost more than the record.
  const watch = (ms: number): void => {
    cancel = clock.setTimeout(() => {
      const left = lastRecord + (node.idleAfter as number) - clock.monotonic()
      cancel = null
      if (left > 0) watch(left)
      else {
        stage.due = true
        waker.wake()
      }
    }, ms)
  }
  const wait = (): void => {
    if (node.idleAfter === undefined || cancel !== null || generates.idle || stage.due) return
    lastRecord = clock.monotonic()
    watch(node.idleAfter)
  }
  const stage: Stage & { due: boolean } = {
    node,
    book: env.book,
    mode: 'time',
    takes: 'internal',
    context: new CallContext(env.scope),
    generates,
    due: false,
    open: wait,
    idle: wait,
    call: (value) => {
      // Behind this stage a record meets the watermark of those before it, not its own.
      eventTime.watermark = generates.next
      const timestamp = toTimestamp(select(value), value)
      const watermark = after(timestamp, value)
      if (watermark > generates.next) generates.next = watermark
      generates.idle = false
      if (cancel !== null) lastRecord = clock.monotonic()
      return timestamp
    },
    poll: () => {
      stage.due = false
      generates.idle = true
      return undefined
    },
    close: () => cancel?.(),
  }
  env.state.value('watermark', {
    save: () => (generates.next === -Infinity ? undefined : generates.next),
    load: (saved) => (generates.next = saved as number),
    // None of the new ones may be ahead of records that were another's.
    redeal: (saved) => Math.min(...(saved as number[])),
  })
  return stage
}

/** @throws TimestampError when there is none. */
function toTimestamp(given: unknown, value: unknown): number {
  const timestamp = given instanceof Date ? given.getTime() : given
  if (typeof timestamp === 'number' && Number.isFinite(timestamp)) return timestamp
  throw new TimestampError(`The record has no timestamp: the function gave ${excerpt(given)}.`, {
    record: excerpt(value),
    remedy: "Return milliseconds or a Date, or set such records aside with onError: 'skip' or 'dead-letter'.",
  })
}

function watermarkAfter(
  { watermarks }: TimestampsNode,
  create: TimestampsFunctions['create'],
): (timestamp: number, value: unknown) => number {
  switch (watermarks.type) {
    case 'bounded': {
      const behind = watermarks.outOfOrderness + 1
      return (timestamp) => timestamp - behind
    }
    case 'monotonous':
      return (timestamp) => timestamp - 1
    case 'custom': {
      const generator = (create as () => WatermarkGenerator)()
      return (timestamp, value) => generator.next(timestamp, value)
    }
  }
}
