import type { Logger } from '../../functions/logger.ts'
import type { ServiceCaller } from '../../functions/services.ts'
import type { Transformation } from '../../graph/transformation.ts'
import type { LatencyMeter } from '../../runtime/metrics/latency-meter.ts'
import type { JobLetters } from '../../runtime/dead-letters/job-letters.ts'
import type { StageState } from '../../runtime/state/stage-state.ts'
import type { StrandHost } from '../../runtime/task/strand-parts.ts'

/** What a job lends to everything that runs in it. */
export interface JobResources extends Omit<StrandHost, 'ended'> {
  /** Records in one chunk at most. */
  readonly chunkSize: number
  /** Chunks one channel holds at most. */
  readonly edgeCapacity: number
  readonly freezeShared: boolean
  readonly latency: LatencyMeter
  readonly logger: Logger
  /** Aborted when the job fails or is cancelled. Made when it is asked for, which costs. */
  readonly signal: AbortSignal
  /** Services as an operator of that name calls them; within a pipeline service where one is named. */
  readonly services: (operator: string, within: string | null) => ServiceCaller
  /** The dead letters that nobody consumes. */
  readonly letters: JobLetters
  /** State that checkpoints save, for one operator in one of so many subtasks; null where there are none. */
  readonly createState: ((node: Transformation, subtask: number, parallelism: number) => StageState) | null
}
