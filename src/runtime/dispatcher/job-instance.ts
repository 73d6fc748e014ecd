import type { SourceProgress } from '../../functions/user-functions.ts'
import type { Transformation } from '../../graph/transformation.ts'
import type { CheckpointMember } from '../checkpoint/checkpoint-host.ts'
import type { Replay } from '../dead-letters/given-up.ts'
import type { ChannelView } from '../flow-control/channel.ts'
import type { Book } from '../metrics/book.ts'
import type { ActivityTimes } from '../metrics/activity.ts'
import type { LatencyMeter } from '../metrics/latency-meter.ts'
import type { MetricRegistry } from '../metrics/metric-registry.ts'
import type { EventTime } from '../task/event-time.ts'
import type { HeadTap } from '../task/loop-runner.ts'

/** A node as the job runs it. */
export interface NodeInstance {
  readonly transformation: Transformation
  readonly parallelism: number
  /** False for nodes of a pipeline registered as a service: they end when the service is stopped. */
  readonly main: boolean
  /** The parts of its books, over all subtasks. */
  readonly books: Book[]
  readonly metrics: MetricRegistry
  /** Where it is a source that knows how far it has come, whom to ask; what they say adds up. */
  readonly progress: (() => SourceProgress | undefined)[]
  readonly subtasks: SubtaskInstance[]
}

/** A node in one of its subtasks. */
export interface SubtaskInstance {
  readonly index: number
  /** What its strands keep of it. */
  readonly ledger: readonly { total(): Pick<Book, 'in' | 'out'> }[]
  /** What its time goes into; shared by all operators of a strand. */
  readonly activity: { until(now: number): ActivityTimes }
  /** As it sees it; null: its records have none. */
  readonly eventTime: Readonly<EventTime> | null
}

/** A strand as the Dispatcher drives it, wherever it is. */
export interface DrivenStrand {
  /** What checkpoints deal with. */
  readonly member: CheckpointMember
  /** Id of the source at its head; null: it reads something else, or cannot be looked at. */
  readonly source: string | null
  /** Some of its operators are being closed. */
  readonly closing: boolean
  /** Nothing runs before every strand is open. */
  open(): Promise<void>
  start(): void
  /** An early end of input. */
  stop(): void
  /** Ends it as it stands. Resolves when all it had opened is closed. */
  abort(): Promise<void>
  /** Writes what it has counted to the books. */
  publish(): void
  /** Has somebody look at what the source gives; null: nobody does. */
  tapSource(tap: HeadTap | null): void
  /** Puts a record back before an operator of its own; false: it has none of that name, or cannot. */
  replay(replay: Replay): boolean
}

/** A strand, and the nodes whose last word is its end. */
export interface StrandInstance {
  readonly strand: DrivenStrand
  readonly nodes: readonly string[]
  /** False where it belongs to a pipeline registered as a service. */
  readonly main: boolean
  readonly subtask: number
}

/** A channel, and who answers for records that were sent on it and never read. */
export interface ChannelInstance {
  readonly channel: ChannelView
  readonly consumer: Book
  readonly from: string
  readonly to: string
}

/** One job's runtime objects, built from a plan: what a Dispatcher runs. */
export interface JobInstance {
  readonly nodes: ReadonlyMap<string, NodeInstance>
  readonly strands: readonly StrandInstance[]
  readonly channels: readonly ChannelInstance[]
  readonly latency: LatencyMeter
}
