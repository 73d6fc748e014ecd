import type { SourceProgress } from '../../functions/user-functions.ts'
import type { Transformation } from '../../graph/transformation.ts'
import type { LedgerEntry } from '../checkpoint/ledger.ts'
import type { Channel } from '../flow-control/channel.ts'
import type { Book } from '../metrics/book.ts'
import type { ActivityTimes } from '../metrics/activity.ts'
import type { LatencyMeter } from '../metrics/latency-meter.ts'
import type { MetricRegistry } from '../metrics/metric-registry.ts'
import type { EventTime } from '../task/event-time.ts'
import type { Strand } from '../task/strand.ts'

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
  readonly ledger: readonly LedgerEntry[]
  /** What its time goes into; shared by all operators of a strand. */
  readonly activity: { until(now: number): ActivityTimes }
  /** As it sees it; null: its records have none. */
  readonly eventTime: EventTime | null
}

/** A strand, and the nodes whose last word is its end. */
export interface StrandInstance {
  readonly strand: Strand
  readonly nodes: readonly string[]
  /** False where it belongs to a pipeline registered as a service. */
  readonly main: boolean
  readonly subtask: number
}

/** A channel, and who answers for records that were sent on it and never read. */
export interface ChannelInstance {
  readonly channel: Channel
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
