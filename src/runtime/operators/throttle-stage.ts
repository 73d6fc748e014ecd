import type { ThrottleNode } from '../../graph/transformation.ts'
import type { Cancel } from '../../time/clock.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** At most `count` records in any window of `interval` milliseconds that begins with a record. Upstream waits. */
export function throttleStage(node: ThrottleNode, env: StageEnvironment): Stage {
  const { clock, waker } = env
  let left = node.count
  let cancel: Cancel | null = null
  const refill = (): void => {
    cancel = null
    left = node.count
    stage.ready = true
    waker.wake()
  }
  const stage: Stage & { ready: boolean } = {
    node,
    book: env.book,
    mode: 'pass',
    takes: 'internal',
    context: new CallContext(env.scope),
    ready: true,
    call: () => {
      cancel ??= clock.setTimeout(refill, node.interval)
      if (--left === 0) stage.ready = false
    },
    close: () => cancel?.(),
  }
  return stage
}
