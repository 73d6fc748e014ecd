import type { CollectBuffer } from '../../functions/collect-buffer.ts'
import type { IterateBuffer } from '../../functions/iterate-buffer.ts'
import type { SinkNode } from '../../graph/transformation.ts'
import { UnsavedState } from '../state/unsaved-state.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** `collect()`: into an array the user looks at. */
export function collectStage(node: SinkNode, given: unknown, env: StageEnvironment): Stage {
  const buffer = given as CollectBuffer<unknown>
  const { subtaskIndex } = env.scope
  let count = 0
  // A restart takes back what was collected after the checkpoint; another process has nothing that it could take back.
  env.state.value('collected', {
    save: () => buffer.saved(subtaskIndex, count),
    load: (saved) => {
      buffer.track()
      count = buffer.restore(subtaskIndex, saved as number | readonly unknown[])
    },
    redeal: (all, index) => (index === 0 ? all.filter((saved) => Array.isArray(saved)).flat(1) : undefined),
  })
  const call = (value: unknown): unknown => {
    const room = buffer.write(value, subtaskIndex)
    count++
    return room
  }
  const open = (): void => {
    if (!(env.state instanceof UnsavedState)) buffer.track()
  }
  return {
    node,
    book: env.book,
    mode: 'end',
    takes: 'internal',
    open,
    call,
    context: new CallContext(env.scope),
  }
}

/** `toAsyncIterable()`: to one reader, at its pace. A reader that leaves cancels the branch. */
export function iterateStage(node: SinkNode, given: unknown, env: StageEnvironment): Stage {
  const buffer = given as IterateBuffer<unknown>
  const stage: Stage & { finished: boolean } = {
    node,
    book: env.book,
    mode: 'end',
    takes: 'internal',
    context: new CallContext(env.scope),
    finished: false,
    open: () => {
      buffer.onCancel(() => {
        stage.finished = true
        env.waker.wake()
      })
      env.scope.signal.addEventListener('abort', () => buffer.release(), { once: true })
    },
    call: (value) => buffer.write(value),
  }
  return stage
}
