import type { ThrottleNode } from '../../graph/transformation.ts'
import type { Cancel } from '../../time/clock.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/**
 * At most `count` records in any `interval` milliseconds, wherever they begin: each record comes `interval` after the
 * one `count` places before it. Upstream waits.
 */
export function throttleStage(node: ThrottleNode, env: StageEnvironment): Stage {
  const { clock, waker } = env
  const { count, interval } = node
  /** When the last `count` records passed; `oldest` is where the next is written. */
  const passed: number[] = []
  let oldest = 0
  let cancel: Cancel | null = null
  const look = (): void => {
    cancel = null
    // Undefined until so many have passed.
    const wait = (passed[oldest] ?? -Infinity) + interval - clock.monotonic()
    if (wait > 0) {
      stage.ready = false
      cancel = clock.setTimeout(look, wait)
    } else if (!stage.ready) {
      stage.ready = true
      waker.wake()
    }
  }
  const stage: Stage & { ready: boolean } = {
    node,
    book: env.book,
    mode: 'pass',
    takes: 'internal',
    context: new CallContext(env.scope),
    ready: true,
    call: () => {
      passed[oldest] = clock.monotonic()
      oldest = oldest + 1 === count ? 0 : oldest + 1
      look()
    },
    close: () => cancel?.(),
  }
  return stage
}
