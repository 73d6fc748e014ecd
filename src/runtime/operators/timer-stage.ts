import type { Collector } from '../../functions/context.ts'
import type { Timer } from '../../functions/timers.ts'
import type { Clock } from '../../time/clock.ts'
import { isThenable } from '../../util/is-thenable.ts'
import type { ArmedTimer } from '../state/keyed/timer-queue.ts'
import type { TimerSet } from '../state/keyed/timer-set.ts'
import type { CallContext } from '../task/call-context.ts'
import { Stamp } from '../task/event-time.ts'
import type { Outputs, Stage } from '../task/stage.ts'
import { EmitBuffer } from './emit-buffer.ts'
import type { KeyedCalls } from './keyed-calls.ts'
import { ProcessingAlarm } from './processing-alarm.ts'
import type { StageEnvironment } from './stage-environment.ts'
import { timerBoard } from './timer-board.ts'
import type { UserFunction } from './user-function.ts'

/** Timers fired that emit nothing, before the event loop has its turn. */
const SILENT_SLICE = 256

type OnTimer = (timer: Timer, context: CallContext, out: Collector<unknown>) => unknown

/**
 * A `process` stage that fires timers, one call at a time.
 * @param stage without them.
 * @param unread told of records for a side output that nobody reads.
 */
export function timerStage(
  stage: Stage,
  { instance }: UserFunction,
  calls: KeyedCalls,
  env: StageEnvironment,
  unread: (tag: string) => void,
): Stage {
  const timers = calls.timers as TimerSet
  const stamp = new Stamp()
  const { context } = stage
  const onTimer = (instance as { readonly onTimer: OnTimer }).onTimer.bind(instance)

  const fire = (armed: ArmedTimer, depth: number): Outputs | Promise<Outputs> => {
    const { key, timer } = armed
    const { time, kind, tag } = timer
    timers.take(armed)
    const timestamp = kind === 'event' ? time : NaN
    calls.enter(context, kind === 'event' ? time : env.eventTime.watermark, depth)
    context.key = key
    context.time = stamp.timestamp = timestamp
    const out = new EmitBuffer(stage.node, env.outputs, env.scope.signal, unread, timestamp)
    return out.collect(() => onTimer({ time, kind, tag, key }, context, out))
  }
  const alarm = new ProcessingAlarm(timers, env.clock, () => {
    firing.due = true
    env.waker.wake()
  })
  const changed = (): void => {
    firing.dueAt = timers.next('event')?.timer.time ?? Infinity
    alarm.arm()
  }
  calls.board = timerBoard(stage.node, env, timers, changed)
  const start = (): void => {
    timers.restore()
    changed()
    alarm.open()
  }

  const firing: Stage & { due: boolean; dueAt: number } = {
    ...stage,
    ...(env.timed ? { stamp } : {}),
    due: false,
    dueAt: Infinity,
    call: (value, given, input, timestamp) => {
      stamp.timestamp = context.time
      return stage.call(value, given, input, timestamp)
    },
    open: () => {
      const opened = stage.open?.()
      return isThenable(opened) ? Promise.resolve(opened).then(start) : start()
    },
    advance: (watermark) => {
      const final = watermark === Infinity
      const next = (): ArmedTimer | null => {
        const armed = timers.next('event')
        firing.dueAt = armed?.timer.time ?? Infinity
        return armed !== null && armed.timer.time <= watermark ? armed : null
      }
      return fireNext(next, (armed) => fire(armed, final ? armed.depth + 1 : 0), env)
    },
    poll: () => {
      const next = (): ArmedTimer | null => {
        const armed = alarm.due()
        firing.due = armed !== null
        return armed
      }
      return fireNext(next, (armed) => fire(armed, 0), env)
    },
    close: () => {
      alarm.close()
      return stage.close?.()
    },
  }
  return firing
}

type Fire = (armed: ArmedTimer) => Outputs | Promise<Outputs>

/** Fires timers until one emits something, or there is none. */
function fireNext(
  next: () => ArmedTimer | null,
  fire: Fire,
  env: StageEnvironment,
): Outputs | Promise<Outputs> {
  for (let fired = 0; fired < SILENT_SLICE; fired++) {
    const armed = next()
    if (armed === null) return undefined
    const outputs = fire(armed)
    if (isThenable(outputs)) return fireOn(outputs, next, fire, env)
    if (outputs !== undefined && outputs !== null) return outputs
  }
  return fireOn(turnOf(env.clock), next, fire, env)
}

/** The same, once the first has settled. */
async function fireOn(
  first: PromiseLike<Outputs>,
  next: () => ArmedTimer | null,
  fire: Fire,
  { clock, scope }: StageEnvironment,
): Promise<Outputs> {
  let outputs = await first
  for (let fired = 1; outputs === undefined || outputs === null; fired++) {
    if (fired % SILENT_SLICE === 0) await turnOf(clock)
    const armed = scope.signal.aborted ? null : next()
    if (armed === null) return undefined
    outputs = await fire(armed)
  }
  return outputs
}

function turnOf(clock: Clock): Promise<undefined> {
  return new Promise((resolve) => clock.setImmediate(() => resolve(undefined)))
}
