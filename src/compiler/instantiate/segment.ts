import type { LedgerEntry } from '../../runtime/checkpoint/ledger.ts'
import type { ReadWaker } from '../../runtime/flow-control/channel.ts'
import type { Outputs } from '../../runtime/flow-control/outputs.ts'
import type { Reply } from '../../runtime/flow-control/packet.ts'
import { Activity } from '../../runtime/metrics/activity.ts'
import type { CallsActivity } from '../../runtime/metrics/calls-activity.ts'
import type { StrandLetters } from '../../runtime/dead-letters/strand-letters.ts'
import { EventTime } from '../../runtime/task/event-time.ts'
import type { FailureHandler } from '../../runtime/task/failure-handler.ts'
import type { Head } from '../../runtime/task/heads/head.ts'
import type { LoopState } from '../../runtime/task/loop-state.ts'
import type { Stage } from '../../runtime/task/stage.ts'
import type { Strand } from '../../runtime/task/strand.ts'

/** The strand a stage or head will belong to, known once it is built. */
export class LateStrand implements ReadWaker {
  strand: Strand | null = null
  state: LoopState | null = null

  wake(): void {
    this.strand?.wake()
  }

  wakeToRead(): void {
    this.strand?.wakeToRead()
  }

  /** Where the answer to the record at work goes. */
  get reply(): Reply | null {
    return this.state?.reply ?? null
  }
}

/** What is gathered of a strand until its chain ends, at a pool or at the task's end. */
export class Segment {
  readonly late: LateStrand
  readonly outputs: Outputs
  readonly failures: FailureHandler
  readonly letters: StrandLetters
  /** By node. */
  readonly ledger: Map<string, LedgerEntry> = new Map()
  /** Nodes that end when this strand does. */
  readonly nodes: string[] = []
  readonly stages: Stage[] = []
  /** Of each stage. */
  readonly eventTimes: EventTime[] = []
  head: Head | null = null
  readonly activity: Activity = new Activity()
  /** Of the operator whose calls the last stage makes; null: it makes none. */
  calls: CallsActivity | null = null
  #eventTime = new EventTime()

  constructor(late: LateStrand, outputs: Outputs, failures: FailureHandler, letters: StrandLetters) {
    this.late = late
    this.outputs = outputs
    this.failures = failures
    this.letters = letters
  }

  /** Event time as the next stage sees it: stages share it up to the first that may emit as it moves on. */
  get eventTime(): EventTime {
    return this.#eventTime
  }

  add(stage: Stage): void {
    this.stages.push(stage)
    this.eventTimes.push(this.#eventTime)
    if (stage.advance !== undefined) this.#eventTime = new EventTime()
  }
}
