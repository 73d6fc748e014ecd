import { onWatermark } from '../../../../src/functions/window-trigger.ts'
import type { WindowContext } from '../../../../src/functions/window.ts'
import type { Collector } from '../../../../src/functions/context.ts'
import type { WindowNode } from '../../../../src/graph/transformation.ts'
import { windowStage } from '../../../../src/runtime/operators/window-stage.ts'
import type { HandClock } from '../../task/support/hand-clock.ts'
import { StageBench } from './stage-bench.ts'
import type { Snapshot } from './test-state.ts'
import type { Shown } from './window-oracle.ts'

type Told = Partial<WindowNode> & Pick<WindowNode, 'assigner'>
export type WindowBench = StageBench<WindowNode>

interface Options {
  readonly state?: Snapshot
  readonly clock?: HandClock
  readonly sides?: boolean
}

/** Shows each firing with its records. */
export const show = (ids: readonly number[], ctx: WindowContext, out: Collector<Shown>): void =>
  void out.emit({ window: ctx.window, ids: [...ids], time: ctx.timestamp ?? NaN })

/** A window stage by event time, which shows the records of its windows unless told otherwise. */
export function windowBench(told: Told, given: unknown = show, options: Options = {}): Promise<WindowBench> {
  const node = {
    kind: 'window',
    time: 'event',
    trigger: onWatermark(),
    allowedLateness: 0,
    late: 'late',
    logic: 'process',
    ...told,
  } as const
  return new StageBench<WindowNode>(windowStage, node, given, options).open()
}

/** One line per firing: `a [0, 10) on-time #0: 1 2`. */
export const lines = (bench: WindowBench): string[] =>
  (bench.values as Shown[]).map(
    ({ window: { key, start, end, firing, pane }, ids }) =>
      `${String(key)} [${start}, ${end}) ${firing} #${pane}: ${ids.join(' ')}`,
  )
