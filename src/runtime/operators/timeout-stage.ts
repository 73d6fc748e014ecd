import { RecordTimeoutError } from '../../errors/record-timeout-error.ts'
import type { TimeoutNode } from '../../graph/transformation.ts'
import type { Cancel } from '../../time/clock.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** Fails when the next record takes longer than `ms` to come, counted from the start and from each record. */
export function timeoutStage(node: TimeoutNode, env: StageEnvironment): Stage {
  const { clock, waker } = env
  let cancel: Cancel | null = null
  // One timer at a time, moved on when it fires early: a timer per record would cost more than the record.
  let deadline = 0
  const arm = (ms: number): void => {
    cancel = clock.setTimeout(() => {
      const left = deadline - clock.now()
      if (left > 0) {
        arm(left)
        return
      }
      cancel = null
      stage.due = true
      waker.wake()
    }, ms)
  }
  const stage: Stage & { due: boolean } = {
    node,
    book: env.book,
    mode: 'pass',
    takes: 'internal',
    context: new CallContext(env.scope),
    due: false,
    open: () => {
      deadline = clock.now() + node.ms
      arm(node.ms)
    },
    call: () => {
      deadline = clock.now() + node.ms
    },
    poll: () => {
      stage.due = false
      deadline = clock.now() + node.ms
      arm(node.ms)
      throw new RecordTimeoutError(`No record came within ${node.ms} ms.`, {
        remedy: 'Look at the source, or raise timeout().',
      })
    },
    close: () => cancel?.(),
  }
  return stage
}
