import type { CountWindows, WindowAssigner } from '../../functions/window-assigner.ts'
import type { WindowNode } from '../../graph/transformation.ts'
import { windowNeedsEventTime } from '../../graph/window-needs-event-time.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { CallContext } from '../task/call-context.ts'
import { Stamp } from '../task/event-time.ts'
import type { Outputs, Stage } from '../task/stage.ts'
import { Alarm } from '../windows/alarm.ts'
import type { DueTimes } from '../windows/due-times.ts'
import { firingRules } from '../windows/firing-rules.ts'
import { Firings, firingsOf } from '../windows/firings.ts'
import { LiveWindows, type WindowCell } from '../windows/live-windows.ts'
import type { Pane } from '../windows/pane.ts'
import { ResultTime } from '../windows/result-time.ts'
import { LATE, type Taken } from '../windows/intake.ts'
import { windowIntake } from '../windows/window-intake.ts'
import { countWindowStage } from './count-window-stage.ts'
import { keepWatermark } from './kept-watermark.ts'
import { checkTimestamp, lateRecords } from './late-records.ts'
import type { StageEnvironment } from './stage-environment.ts'
import { windowLogic } from './window-logics.ts'

type Queues = readonly DueTimes<WindowCell>[]
type TimeAssigner = Exclude<WindowAssigner, CountWindows>

/** Gathers records in windows, and emits what comes of the windows when they fire. */
export function windowStage(node: WindowNode, given: unknown, env: StageEnvironment): Stage {
  const { assigner } = node
  return assigner.type === 'count'
    ? countWindowStage(node, assigner, given, env)
    : timeWindowStage(node, assigner, given, env)
}

function timeWindowStage(
  node: WindowNode,
  assigner: TimeAssigner,
  given: unknown,
  env: StageEnvironment,
): Stage {
  const { clock, eventTime } = env
  const { logic, open, close } = windowLogic(node, given, env)
  const { keyed } = node
  const inEventTime = node.time === 'event'
  /** Results have the time of their window's end. */
  const byWindow = inEventTime && assigner.type !== 'global'
  const needsTime = windowNeedsEventTime(node)
  const firing = firingRules(node.trigger)
  const stamp = new Stamp()
  const takeLate = lateRecords(node.id, env, node.late)
  const resultTime = new ResultTime(eventTime)
  const windows = new LiveWindows(env.state.table<Pane[]>('windows'), logic, {
    firing,
    allowedLateness: node.allowedLateness,
    lag: inEventTime ? 1 : 0,
    timestampOf: byWindow ? ({ end }) => end - 1 : ({ newest }) => resultTime.behind(newest),
    now: () => clock.now(),
    scheduled: () => {
      stage.dueAt = earliest(byEventTime)
      alarm.set(earliest(byClock))
    },
  })
  if (inEventTime) keepWatermark(env)
  const intake = windowIntake(assigner, windows)

  const atEnds: Queues = [windows.ends]
  const everything: Queues = [windows.ends, windows.earlies]
  const byEventTime = !inEventTime ? [] : firing.every < Infinity ? everything : atEnds
  const byClock = !inEventTime ? everything : firing.after < Infinity ? [windows.earlies] : []
  const alarm = new Alarm(clock, () => {
    stage.due = true
    env.waker.wake()
  })

  const due = (queues: Queues, limit: number): Outputs =>
    queues.some((queue) => queue.isDue(limit))
      ? new Firings(() => windows.pull(queues, limit), logic, stamp)
      : undefined
  /** The input is over: nothing fires early any more. */
  const flush = (): Outputs => due(atEnds, Infinity)

  const shown = (taken: Taken, value: unknown, timestamp: number): Outputs | Promise<undefined> => {
    if (taken === null) return undefined
    if (taken === LATE) return takeLate(value, timestamp)
    return new Firings(firingsOf(taken), logic, stamp)
  }
  const stage: Stage & { due: boolean; dueAt: number } = {
    node,
    book: env.book,
    mode: 'many',
    takes: 'internal',
    timed: env.timed,
    context: new CallContext(env.scope),
    stamp,
    due: false,
    dueAt: Infinity,
    open: () => {
      windows.restore()
      return open?.()
    },
    call: (value, key, _input, timestamp) => {
      if (!byWindow) resultTime.note()
      if (needsTime) checkTimestamp(timestamp, value)
      const now = inEventTime ? eventTime.watermark : clock.now()
      const time = !inEventTime ? now : needsTime ? timestamp : 0
      const taken = intake(value, keyed ? key : undefined, time, timestamp, now)
      if (taken === null) return undefined
      if (isThenable(taken)) return taken.then((settled) => shown(settled, value, timestamp))
      return shown(taken, value, timestamp)
    },
    advance: (watermark) => (watermark === Infinity ? flush() : due(byEventTime, watermark)),
    poll: () => {
      resultTime.note()
      stage.due = false
      return due(byClock, clock.now())
    },
    end: flush,
    close: () => {
      alarm.clear()
      return close?.()
    },
  }
  return stage
}

function earliest(queues: Queues): number {
  let time = Infinity
  for (let i = 0; i < queues.length; i++) time = Math.min(time, (queues[i] as Queues[number]).next)
  return time
}
