import { RecordTimeoutError } from '../../errors/record-timeout-error.ts'
import type { TimeoutNode } from '../../graph/transformation.ts'
import type { Cancel } from '../../time/clock.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/**
 * Fails when the next record takes longer than `ms` to come, counted from the start and from when everything before it
 * is done with: a slow consumer is no slow source.
 */
export function timeoutStage(node: TimeoutNode, env: StageEnvironment): Stage {
  const { clock, waker } = env
  /** When the wait for the next record began; null while there is none. */
  let since: number | null = null
  // One timer at a time, moved on when it fires early: a timer per record would cost more than the record.
  let cancel: Cancel | null = null
  const arm = (ms: number): void => {
    cancel = clock.setTimeout(() => {
      cancel = null
      if (since === null) return
      const left = since + node.ms - clock.monotonic()
      if (left > 0) {
        arm(left)
        return
      }
      stage.due = true
      waker.wake()
    }, ms)
  }
  const wait = (): void => {
    since ??= clock.monotonic()
    if (cancel === null && !stage.due) arm(node.ms)
  }
  const stage: Stage & { due: boolean } = {
    node,
    book: env.book,
    mode: 'pass',
    takes: 'internal',
    context: new CallContext(env.scope),
    due: false,
    open: wait,
    idle: wait,
    call: () => {
      since = null
    },
    poll: () => {
      stage.due = false
      since = null
      throw new RecordTimeoutError(`No record came within ${node.ms} ms.`, {
        remedy: 'Look at the source, or raise timeout().',
      })
    },
    close: () => cancel?.(),
  }
  return stage
}
