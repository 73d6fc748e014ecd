import type { Cancel } from '../../time/clock.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

interface BatchSize {
  readonly size: number
  /** Milliseconds after its first record that a batch is let go although it is not full. */
  readonly interval?: number | undefined
}

/** Places made ready for a batch at once. */
const PREALLOCATED = 1024

/** Gathers arrays of up to `size` records. The gathering array is the buffer, bounded by `size`. */
export function batchStage(node: Stage['node'], { size, interval }: BatchSize, env: StageEnvironment): Stage {
  const { clock, waker } = env
  let gathered: unknown[] = []
  let count = 0
  /** Full batches of another time, when they were larger or there were more subtasks. */
  let restored: unknown[][] = []
  let cancel: Cancel | null = null
  const letGo = (): unknown[][] | undefined => {
    cancel?.()
    cancel = null
    stage.due = false
    const full = restored
    restored = []
    if (count === 0) return full.length === 0 ? undefined : full
    const batch = gathered
    batch.length = count
    gathered = []
    count = 0
    return full.length === 0 ? [batch] : [...full, batch]
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
    open: () => {
      if (restored.length > 0) {
        stage.due = true
        waker.wake()
      } else if (count > 0 && interval !== undefined) startTimer(interval)
    },
    call: (value) => {
      if (count === 0) {
        // Filled by index: growing by push costs more than everything else here.
        gathered = new Array<unknown>(Math.min(size, PREALLOCATED))
        if (interval !== undefined && size > 1) startTimer(interval)
      }
      gathered[count++] = value
      return count === size ? letGo() : undefined
    },
    poll: letGo,
    end: letGo,
    close: () => {
      cancel?.()
      // A normal end has let everything go, unless nobody wanted it any more.
      env.book[env.scope.signal.aborted ? 'unfinished' : 'dropped'] += restored.length * size + count
      gathered = []
      restored = []
      count = 0
    },
  }
  env.state.value('gathered', {
    save: () =>
      count + restored.length === 0 ? undefined : [...restored.flat(), ...gathered.slice(0, count)],
    load: (saved) => {
      const records = saved as unknown[]
      const full = records.length - (records.length % size)
      for (let i = 0; i < full; i += size) restored.push(records.slice(i, i + size))
      gathered = records.slice(full)
      count = gathered.length
    },
    redeal: (saved, index, parallelism) => saved.filter((_, i) => i % parallelism === index).flat(),
  })
  return stage
}
