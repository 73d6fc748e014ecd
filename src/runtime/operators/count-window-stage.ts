import type { CountWindows } from '../../functions/window-assigner.ts'
import type { WindowNode } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { CallContext } from '../task/call-context.ts'
import { Stamp } from '../task/event-time.ts'
import type { Outputs, Stage } from '../task/stage.ts'
import { CountedWindows } from '../windows/counted-windows.ts'
import { Firings, firingsOf } from '../windows/firings.ts'
import type { Pane } from '../windows/pane.ts'
import { ResultTime } from '../windows/result-time.ts'
import type { Firing } from '../windows/window-logic.ts'
import type { StageEnvironment } from './stage-environment.ts'
import { windowLogic } from './window-logics.ts'

/** Windows of so many records. Those that are not full when the input has ended fire then. */
export function countWindowStage(
  node: WindowNode,
  assigner: CountWindows,
  given: unknown,
  env: StageEnvironment,
): Stage {
  const { logic, ...hooks } = windowLogic(node, given, env)
  const resultTime = new ResultTime(env.eventTime)
  const windows = new CountedWindows(env.state.table<Pane[]>('windows'), logic, assigner, ({ newest }) =>
    resultTime.behind(newest),
  )
  const stamp = new Stamp()
  const { keyed } = node
  const { timed } = env
  const shown = (firing: Firing | null): Outputs =>
    firing === null ? undefined : new Firings(firingsOf([firing]), logic, stamp)
  const flush = (): Outputs => (windows.empty ? undefined : new Firings(windows.rest(), logic, stamp))
  return {
    ...hooks,
    node,
    book: env.book,
    mode: 'many',
    takes: 'internal',
    timed,
    context: new CallContext(env.scope),
    stamp,
    call: (value, key, _input, timestamp) => {
      const taken = windows.take(value, keyed ? key : undefined, timed ? timestamp : NaN)
      if (taken === null) return undefined
      return isThenable(taken) ? taken.then(shown) : shown(taken)
    },
    end: flush,
  }
}
