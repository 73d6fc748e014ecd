import type { PipeContext } from '../../functions/pipe-context.ts'
import type { Clock } from '../../time/clock.ts'
import type { Waker } from '../flow-control/channel.ts'
import type { Outputs } from '../flow-control/outputs.ts'
import type { Book } from '../metrics/book.ts'
import type { OperatorScope } from '../task/call-context.ts'

/** What an operator may use of the subtask it runs in. */
export interface StageEnvironment {
  readonly scope: OperatorScope
  readonly book: Book
  readonly clock: Clock
  /** Wakes the strand, for operators with timers. */
  readonly waker: Waker
  readonly outputs: Outputs
  readonly pipeContext: PipeContext
}
