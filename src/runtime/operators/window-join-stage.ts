import type { WindowJoinNode } from '../../graph/transformation.ts'
import { onWatermark } from '../../functions/window-trigger.ts'
import { CallContext } from '../task/call-context.ts'
import { Stamp } from '../task/event-time.ts'
import type { Outputs, Stage } from '../task/stage.ts'
import { firingRules } from '../windows/firing-rules.ts'
import { Firings, firingsOf } from '../windows/firings.ts'
import { LiveWindows } from '../windows/live-windows.ts'
import type { Pane } from '../windows/pane.ts'
import { LATE, type Taken } from '../windows/intake.ts'
import { windowIntake } from '../windows/window-intake.ts'
import type { Join } from './joined-iterator.ts'
import { keepWatermark } from './kept-watermark.ts'
import { checkTimestamp, lateRecords } from './late-records.ts'
import type { StageEnvironment } from './stage-environment.ts'
import { type Incoming, windowPairing } from './window-pairing.ts'

/** Pairs the records of both inputs that are in the same window of the same key, when event time has passed its end. */
export function windowJoinStage(node: WindowJoinNode, given: unknown, env: StageEnvironment): Stage {
  const { join } = given as { readonly join: Join }
  const { eventTime, clock } = env
  const stamp = new Stamp()
  const logic = windowPairing(node.type, join)
  const takeLate = lateRecords(node.id, env, node.late)
  const windows = new LiveWindows(env.state.table<Pane[]>('windows'), logic, {
    firing: firingRules(onWatermark()),
    allowedLateness: node.allowedLateness,
    lag: 1,
    timestampOf: ({ end }) => end - 1,
    now: () => clock.now(),
    scheduled: () => {
      stage.dueAt = windows.ends.next
    },
  })
  keepWatermark(env)
  const intake = windowIntake(node.assigner, windows)
  const queues = [windows.ends]
  const stage: Stage & { dueAt: number } = {
    node,
    book: env.book,
    mode: 'many',
    takes: 'internal',
    timed: true,
    context: new CallContext(env.scope),
    stamp,
    dueAt: Infinity,
    open: () => windows.restore(),
    call: (value, key, input, timestamp): Outputs | Promise<undefined> => {
      checkTimestamp(timestamp, value)
      const incoming: Incoming = { value, input }
      // Nothing of the user's is called on the way into a window, so nothing is waited for.
      const taken = intake(incoming, key, timestamp, timestamp, eventTime.watermark) as Taken
      if (taken === LATE) return takeLate(value, timestamp)
      return taken === null ? undefined : new Firings(firingsOf(taken), logic, stamp)
    },
    advance: (watermark) =>
      windows.ends.isDue(watermark)
        ? new Firings(() => windows.pull(queues, watermark), logic, stamp)
        : undefined,
  }
  return stage
}
