import type { Transformation } from '../../graph/transformation.ts'
import type { Clock } from '../../time/clock.ts'
import type { CheckpointHost } from '../checkpoint/checkpoint-host.ts'
import type { LedgerEntry } from '../checkpoint/ledger.ts'
import type { Outputs } from '../flow-control/outputs.ts'
import type { Activity } from '../metrics/activity.ts'
import type { CallsActivity } from '../metrics/calls-activity.ts'
import type { MarkerArrivals } from '../metrics/latency-meter.ts'
import type { StrandLetters } from '../dead-letters/strand-letters.ts'
import type { EventTime } from './event-time.ts'
import type { FailureHandler } from './failure-handler.ts'
import type { Head } from './heads/head.ts'
import type { LoopState } from './loop-state.ts'
import type { Accountable } from './record-in-hand.ts'
import type { Stage } from './stage.ts'
import type { Steps } from './steps.ts'
import type { Strand } from './strand.ts'
import type { TaskLoop } from './task-loop.ts'
import type { TieredLoop } from './tiered-loop.ts'

/** What a strand needs of the job it belongs to. */
export interface StrandHost {
  readonly clock: Clock
  readonly taskLoop: TaskLoop
  /** Milliseconds that teardown waits for a promise of the user's. */
  readonly stopTimeout: number
  /** Null where the job takes no checkpoints, or the strand is no part of them. */
  readonly checkpoints: CheckpointHost | null
  /** The strand cannot go on. Called at most once per strand; the host aborts it among the others. */
  fail(error: unknown): void
  /** The strand has ended normally: flushed, closed, outputs completed. */
  ended(strand: Strand): void
}

export interface StrandParts {
  readonly host: StrandHost
  readonly head: Head
  /** Whose head it is: the operator or source that its errors name. */
  readonly node: Transformation
  readonly stages: readonly Stage[]
  /** Event time as each stage sees it. */
  readonly eventTimes: readonly EventTime[]
  readonly outputs: Outputs
  /** What a checkpoint saves. */
  readonly ledger: readonly LedgerEntry[]
  /** The chain as closures, once for the loop's accounting and once for records finished apart from it. */
  readonly steps: Steps
  readonly apart: () => Steps
  readonly loop: TieredLoop
  /** Records of a round where the loop runs no function of the user's, and the pace needs no care; else null. */
  readonly round: number | null
  readonly state: LoopState
  readonly failures: FailureHandler
  /** What it gives up, and what is put back into it. */
  readonly letters: StrandLetters
  /** What its time goes into. */
  readonly activity: Activity
  /** The same of the operator whose calls its last stage makes; null: it makes none. */
  readonly calls: CallsActivity | null
  /** Told of the markers that have passed; null: no sink ends with the strand. */
  readonly arrivals: MarkerArrivals | null
  /** Called when there is nothing to do: for feedback loops. */
  readonly onIdle: (() => void) | null
  /** The books of the source at the head, or null where the head is not a source. */
  readonly source: Accountable | null
}
