import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { Transformation } from '../../graph/transformation.ts'
import type { KeptTimer } from '../state/keyed/timer-queue.ts'
import type { TimerSet } from '../state/keyed/timer-set.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** Timers that each set the next once the input has ended: what goes on longer would go on for ever. */
const FINAL_DEPTH = 16

/** Where the timers of a stage are set and taken back. */
export interface TimerBoard {
  readonly watermark: number
  /** @throws InvalidArgumentError where timers of that kind never fire. */
  set(key: unknown, kind: KeptTimer['kind'], time: number, tag: string | undefined): void
  remove(key: unknown, kind: KeptTimer['kind'], time: number, tag: string | undefined): void
}

/** @param changed called when the next timer may be another one. */
export function timerBoard(
  { name: operator, site }: Transformation,
  { eventTime, scope, timed }: StageEnvironment,
  timers: TimerSet,
  changed: () => void,
): TimerBoard {
  let warned = false
  const tooDeep = (): void => {
    scope.metrics.count('timers dropped at the end')
    if (warned) return
    warned = true
    scope.logger.warn(
      `Timers of '${operator}' go on setting the next although the input has ended: no more than ${FINAL_DEPTH} in a ` +
        'row are fired. Leave off when ctx.timers.watermark is Infinity.',
    )
  }
  return {
    get watermark() {
      return eventTime.watermark
    },
    set: (key, kind, time, tag) => {
      if (kind === 'event' && !timed) {
        throw new InvalidArgumentError('a timer was set for event time, but the stream has none', {
          operator,
          site,
          remedy: 'call assignTimestamps before keyBy, or use atProcessingTime',
        })
      }
      if (kind === 'event' && timers.depth > FINAL_DEPTH) return tooDeep()
      if (timers.add(key, kind, time, tag)) changed()
    },
    remove: (key, kind, time, tag) => {
      if (timers.remove(key, kind, time, tag)) changed()
    },
  }
}

/** For functions without `onTimer`. */
export function noTimers({ name: operator, site }: Transformation): TimerBoard {
  return {
    watermark: NaN,
    set: () => {
      const remedy = 'add onTimer(timer, ctx, out) beside process'
      throw new InvalidArgumentError('a timer was set, but there is no onTimer', { operator, site, remedy })
    },
    remove: () => {},
  }
}
