import { excerpt } from '../errors/excerpt.ts'
import type { WatermarkGenerator, WatermarkStrategy } from '../functions/watermark-strategy.ts'
import { checkMilliseconds } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { TimestampsNode } from '../graph/transformation.ts'
import type { TimestampsOptions } from './operator-options.ts'

type Draft = Pick<TimestampsNode, 'watermarks' | 'idleAfter'> & {
  readonly create?: (() => WatermarkGenerator) | undefined
}

/** What is particular to a timestamps node. @throws InvalidArgumentError when the strategy can never work. */
export function timestampsDraft(watermarks: WatermarkStrategy, options: TimestampsOptions = {}): Draft {
  const { idleAfter } = options
  if (idleAfter !== undefined) checkMilliseconds('assignTimestamps', 'idleAfter', idleAfter)
  const idle = idleAfter === undefined ? {} : { idleAfter }
  const strategy = watermarks as
    Partial<{ type: unknown; outOfOrderness: number; create: unknown }> | undefined
  if (strategy?.type === 'bounded') {
    const outOfOrderness = checkMilliseconds('assignTimestamps', 'outOfOrderness', strategy.outOfOrderness)
    return { watermarks: { type: 'bounded', outOfOrderness }, ...idle }
  }
  if (strategy?.type === 'monotonous') return { watermarks: { type: 'monotonous' }, ...idle }
  if (strategy?.type === 'custom' && typeof strategy.create === 'function') {
    return { watermarks: { type: 'custom' }, ...idle, create: strategy.create as () => WatermarkGenerator }
  }
  throw invalidArgument(
    'assignTimestamps',
    `there is no watermark strategy ${excerpt(watermarks)}`,
    'pass boundedOutOfOrderness(ms), monotonousTimestamps() or customWatermarks(create)',
  )
}
