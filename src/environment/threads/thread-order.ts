import type { MessagePort } from 'node:worker_threads'
import type { ThreadSettings } from '../../compiler/plan.ts'
import type { SeatOrder } from '../seat/seat-order.ts'

/** What a thread is told when it is made, at `workerData[threadKey]`. */
export interface ThreadData {
  readonly seat: SeatOrder
  /** Which thread of the job it is, from 0. */
  readonly thread: number
  /** As the job compiles, so that the thread comes to the same plan. */
  readonly parallelism: number
  readonly settings: ThreadSettings
  /** Whether operators have state that is saved, whether the job waits for their end, or neither. */
  readonly checkpoints: 'taken' | 'ends' | 'none'
  /** What the job says, and is told. */
  readonly control: MessagePort
  /** To the process of the job (null), and to other threads by number. */
  readonly links: readonly (readonly [number | null, MessagePort])[]
  /** The number of the strand whose turn it is, plus 1; 0: none. To be read while the thread does not answer. */
  readonly atWork: Int32Array
}

export const threadKey = 'millrace.thread'
