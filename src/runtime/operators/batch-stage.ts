import type { Cancel } from '../../time/clock.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

interface BatchSize {
  readonly size: number
  /** Milliseconds after its first record that a batch is let go although it is not full. */
  readonly interval?: number | undefined
}

/** Gathers arrays of up to `size` records. The gathering array is the buffer, bounded by `size`. */
export function batchStage(node: Stage['node'], { size, interval }: BatchSize, env: StageEnvironment): Stage {
  const { clock, waker } = env
  let gathered: unknown[] = []
  let cancel: Cancel | null = null
  const letGo = (): unknown[][] | undefined => {
    cancel?.()
    cancel = null
    stage.due = false
    if (gathered.length === 0) return undefined
    const batch = gathered
    gathered = []
    return [batch]
  }
  const startTimer = (ms: number): void => {
    cancel = clock.setTimeout(() => {
      cancel = null
      stage.due = true
      waker.wake()
    }, ms)
  }
  const stage: Stage & { due: boolean } = {
    node,
    book: env.book,
    mode: 'many',
    takes: 'internal',
    context: new CallContext(env.scope),
    due: false,
    call: (value) => {
      gathered.push(value)
      if (gathered.length === size) return letGo()
      if (interval !== undefined && gathered.length === 1) startTimer(interval)
      return undefined
    },
    poll: letGo,
    end: letGo,
    close: () => {
      cancel?.()
      gathered = []
    },
  }
  return stage
}
