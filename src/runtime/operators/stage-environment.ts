import type { PipeContext } from '../../functions/pipe-context.ts'
import type { Clock } from '../../time/clock.ts'
import type { Waker } from '../flow-control/channel.ts'
import type { Outputs } from '../flow-control/outputs.ts'
import type { Book } from '../metrics/book.ts'
import type { StageState } from '../state/stage-state.ts'
import type { OperatorScope } from '../task/call-context.ts'
import type { EventTime } from '../task/event-time.ts'

/** What an operator may use of the subtask it runs in. */
export interface StageEnvironment {
  readonly scope: OperatorScope
  readonly book: Book
  readonly clock: Clock
  /** Wakes the strand, for operators with timers. */
  readonly waker: Waker
  readonly outputs: Outputs
  readonly pipeContext: PipeContext
  /** State that checkpoints save. */
  readonly state: StageState
  /** Event time at this stage. The strand moves it on, just before it calls `advance`. */
  readonly eventTime: EventTime
  /** Whether the records of this stage may have event times. */
  readonly timed: boolean
}
