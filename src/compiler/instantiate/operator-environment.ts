import type { PipeContext } from '../../functions/pipe-context.ts'
import type { Waker } from '../../runtime/flow-control/channel.ts'
import type { Outputs } from '../../runtime/flow-control/outputs.ts'
import type { Book } from '../../runtime/metrics/book.ts'
import type { StageEnvironment } from '../../runtime/operators/stage-environment.ts'
import type { StageState } from '../../runtime/state/stage-state.ts'
import type { EventTime } from '../../runtime/task/event-time.ts'
import type { Clock } from '../../time/clock.ts'
import type { Segment } from './segment.ts'
import type { SubtaskScope } from './subtask-scope.ts'

/** What the stage of one operator is lent. Made for every operator: what few ask for is made then. */
export class OperatorEnvironment implements StageEnvironment {
  readonly scope: SubtaskScope
  readonly book: Book
  readonly clock: Clock
  readonly waker: Waker
  readonly outputs: Outputs
  readonly state: StageState
  readonly eventTime: EventTime
  readonly timed: boolean

  /** @param ending where the operator's outputs leave: another segment behind a pool. */
  constructor(
    scope: SubtaskScope,
    book: Book,
    state: StageState,
    segment: Segment,
    ending: Segment,
    timed: boolean,
  ) {
    this.scope = scope
    this.book = book
    this.clock = scope.clock
    this.waker = segment.late
    this.outputs = ending.outputs
    this.state = state
    this.eventTime = segment.eventTime
    this.timed = timed
  }

  get pipeContext(): PipeContext {
    const { clock, scope } = this
    const { signal, logger, subtaskIndex } = scope
    return { scheduler: clock.scheduler, signal, logger, subtaskIndex, now: () => clock.now() }
  }
}
