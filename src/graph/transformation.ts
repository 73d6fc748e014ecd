import type { DefinitionSite } from '../errors/definition-site.ts'
import type { ErrorPolicy } from '../functions/error-policy.ts'
import type { OperatorPlacement } from '../functions/operator-options.ts'
import type {
  SessionWindows,
  SlidingWindows,
  TumblingWindows,
  WindowAssigner,
} from '../functions/window-assigner.ts'
import type { WindowTrigger } from '../functions/window-trigger.ts'

/** What every node of the graph says of itself. All of it is frozen, JSON-serialisable data. */
interface NodeBase {
  /** `n0`, `n1`, ... in the order of recording, so that the same program gives the same ids everywhere. */
  readonly id: string
  readonly name: string
  /** Ids of the nodes this one reads, in order. A node read twice is listed twice. */
  readonly inputs: readonly string[]
  /** Subtasks; undefined: the environment's default, decided by the compiler. */
  readonly parallelism?: number | undefined
  readonly uid?: string | undefined
  /** Where its subtasks run; undefined: as the environment has it. */
  readonly placement?: OperatorPlacement | undefined
  /** Whether buffers in what it emits are moved to other threads; undefined: they are copied. */
  readonly transfer?: boolean | undefined
  readonly onError: ErrorPolicy
  readonly site?: DefinitionSite | undefined
  /** Whether the input is keyed, and this operator sees the key. */
  readonly keyed: boolean
}

/** Nodes whose user function may be asynchronous and overlap with itself. */
interface CallNode extends NodeBase {
  readonly concurrency: number
  readonly ordered: boolean
  /** Milliseconds for one call; undefined: none. */
  readonly timeout?: number | undefined
}

/** A source in the outside world. Its input (iterable, function, Observable, ...) is in the function table. */
export interface SourceNode extends NodeBase {
  readonly kind: 'source'
  readonly source:
    | { readonly type: 'batch' }
    | { readonly type: 'pull' }
    | { readonly type: 'readable' }
    | { readonly type: 'interval'; readonly period: number; readonly count?: number | undefined }
    | {
        readonly type: 'observable'
        readonly overflow: 'error' | 'drop-oldest' | 'drop-newest'
        readonly capacity: number
      }
    /** Requests to a pipeline that is registered as a service. */
    | { readonly type: 'requests'; readonly service: string }
}

/** The head of a feedback loop: `inputs` are what `fillFuture` gave it, empty until then. */
export interface FutureNode extends NodeBase {
  readonly kind: 'future'
  /** Outside records admitted while fewer than this are inside the loop. */
  readonly admit: number
  /** More records than this inside the loop fail the job with LoopOverflowError. */
  readonly capacity: number
}

/** The stream of dead letters. Its inputs are decided by the compiler. */
export interface DeadLettersNode extends NodeBase {
  readonly kind: 'deadLetters'
}

/** What an operator emitted on one of its side outputs. `inputs` is that one operator. */
export interface SideOutputNode extends NodeBase {
  readonly kind: 'sideOutput'
  readonly tag: string
}

export interface MapNode extends CallNode {
  readonly kind: 'map'
}
export interface FilterNode extends CallNode {
  readonly kind: 'filter'
}
export interface FlatMapNode extends CallNode {
  readonly kind: 'flatMap'
}
/** Calls the function, passes the record on. */
export interface TapNode extends CallNode {
  readonly kind: 'tap'
}
/** Passes records a Standard Schema accepts, as the schema returns them. */
export interface ValidateNode extends NodeBase {
  readonly kind: 'validate'
}
/** Gives each record a key; the edge that leaves it routes by that key's hash. */
export interface KeyByNode extends NodeBase {
  readonly kind: 'keyBy'
  /**
   * Id of an earlier `keyBy` with the same selector, with a filter or a tap in between: the records bring their keys
   * along, and are where they belong already where that one dealt them to as many subtasks.
   */
  readonly sameAs?: string | undefined
}
/** Gives each record its event time, and the stream its watermarks. */
export interface TimestampsNode extends NodeBase {
  readonly kind: 'timestamps'
  /** How watermarks follow; the generator of a custom one is in the table. */
  readonly watermarks:
    | { readonly type: 'bounded'; readonly outOfOrderness: number }
    | { readonly type: 'monotonous' }
    | { readonly type: 'custom' }
  /** Milliseconds without a record after which others need not wait for this stream; undefined: they always do. */
  readonly idleAfter?: number | undefined
}
/** Routes each record to every subtask of the next operator. */
export interface BroadcastNode extends NodeBase {
  readonly kind: 'broadcast'
}
/** Deals records out in turn to the subtasks of the next operator. */
export interface RebalanceNode extends NodeBase {
  readonly kind: 'rebalance'
}
/** One result per key (or one in all, unkeyed) when the input ends. */
export interface ReduceNode extends NodeBase {
  readonly kind: 'reduce'
}
export interface AggregateNode extends NodeBase {
  readonly kind: 'aggregate'
}
/** Keyed: `[key, count]` per key; unkeyed: one number. At the end of the input. */
export interface CountNode extends NodeBase {
  readonly kind: 'count'
}
/** One result per window and firing (any number, where `logic` is process), per key or for the whole stream. */
export interface WindowNode extends NodeBase {
  readonly kind: 'window'
  readonly assigner: WindowAssigner
  /** What windows go by: the times of the records, or the clock. */
  readonly time: 'event' | 'processing'
  readonly trigger: WindowTrigger
  /** Milliseconds for which a window takes late records. */
  readonly allowedLateness: number
  /** The side output of records that come later than that. */
  readonly late: string
  /** What becomes of a window's records; its functions are in the table. */
  readonly logic: 'reduce' | 'aggregate' | 'count' | 'process'
}
/** The running accumulator, once per record. The seed (a value, or a function that makes one) is in the table. */
export interface ScanNode extends NodeBase {
  readonly kind: 'scan'
}
/** Passes the first record per key. `capacity` bounds the keys remembered, oldest forgotten first. */
export interface DedupeNode extends NodeBase {
  readonly kind: 'dedupe'
  readonly capacity?: number | undefined
}
export interface ProcessNode extends CallNode {
  readonly kind: 'process'
}
export interface UnionNode extends NodeBase {
  readonly kind: 'union'
}
/** Inputs one after the other. */
export interface ConcatNode extends NodeBase {
  readonly kind: 'concat'
}
/** One function per input. */
export interface ComapNode extends CallNode {
  readonly kind: 'comap'
}
/** Two keyed inputs. */
export interface JoinNode extends NodeBase {
  readonly kind: 'join'
  readonly type: 'inner' | 'left' | 'full'
}
/** Two keyed inputs with event times: pairs of records in one window. */
export interface WindowJoinNode extends NodeBase {
  readonly kind: 'windowJoin'
  readonly type: 'inner' | 'left' | 'full'
  readonly assigner: TumblingWindows | SlidingWindows | SessionWindows
  /** Milliseconds for which a window is kept behind its end. */
  readonly allowedLateness: number
  /** The side output of late records. */
  readonly late: string
}
/** Two keyed inputs with event times: pairs of records that are so far apart. */
export interface IntervalJoinNode extends NodeBase {
  readonly kind: 'intervalJoin'
  readonly type: 'inner' | 'left' | 'full'
  /** Milliseconds from the left record to the right one at least, and at most; inclusive. */
  readonly lower: number
  readonly upper: number
  /** The side output of late records. */
  readonly late: string
}
/** Two keyed inputs whose records are forgotten after a while. */
export interface TtlJoinNode extends NodeBase {
  readonly kind: 'ttlJoin'
  readonly type: 'inner' | 'left' | 'full'
  /** Milliseconds. */
  readonly ttl: number
  readonly time: 'event' | 'processing'
  /** The side output of late records. */
  readonly late: string
}
/** Two keyed inputs, of which the second changes a table: each record of the first meets the row of its time. */
export interface TemporalJoinNode extends NodeBase {
  readonly kind: 'temporalJoin'
  readonly type: 'inner' | 'left'
  readonly time: 'event' | 'processing'
  /** The side output of late records. */
  readonly late: string
}
/** Arrays of up to `size` records; a batch is let go after `interval` milliseconds even when not full. */
export interface BatchNode extends NodeBase {
  readonly kind: 'batch'
  readonly size: number
  readonly interval?: number | undefined
}
export interface TakeNode extends NodeBase {
  readonly kind: 'take'
  readonly count: number
}
export interface SkipNode extends NodeBase {
  readonly kind: 'skip'
  readonly count: number
}
/** At most `count` records per `interval` milliseconds; the rest wait, and so does the source. */
export interface ThrottleNode extends NodeBase {
  readonly kind: 'throttle'
  readonly count: number
  readonly interval: number
}
/** Fails when the next record takes longer than `ms` to come. */
export interface TimeoutNode extends NodeBase {
  readonly kind: 'timeout'
  readonly ms: number
}
/** The user's own RxJS operators. */
export interface PipeNode extends NodeBase {
  readonly kind: 'pipe'
  /** Declared to hold nothing back and to remember nothing, so that there is nothing a checkpoint would have to save. */
  readonly stateless?: boolean | undefined
}
export interface SinkNode extends CallNode {
  readonly kind: 'sink'
  /** `user`: a function or object; `collect`: into an array; `iterate`: to a `toAsyncIterable` reader; `reply`: to a caller. */
  readonly sink: 'user' | 'collect' | 'iterate' | 'reply'
  /** A sink that takes arrays: flushed at `size` records or after `interval` milliseconds. */
  readonly batch?: { readonly size: number; readonly interval?: number | undefined } | undefined
  /** Records `collect` holds at most, before CollectOverflowError; records that wait for the reader of `iterate`. */
  readonly capacity?: number | undefined
  /** The service whose callers a `reply` answers. */
  readonly service?: string | undefined
}

/** One node of the logical graph. */
export type Transformation =
  | SourceNode
  | FutureNode
  | DeadLettersNode
  | SideOutputNode
  | MapNode
  | FilterNode
  | FlatMapNode
  | TapNode
  | ValidateNode
  | KeyByNode
  | TimestampsNode
  | BroadcastNode
  | RebalanceNode
  | ReduceNode
  | AggregateNode
  | CountNode
  | WindowNode
  | ScanNode
  | DedupeNode
  | ProcessNode
  | UnionNode
  | ConcatNode
  | ComapNode
  | JoinNode
  | WindowJoinNode
  | IntervalJoinNode
  | TtlJoinNode
  | TemporalJoinNode
  | BatchNode
  | TakeNode
  | SkipNode
  | ThrottleNode
  | TimeoutNode
  | PipeNode
  | SinkNode

export type TransformationKind = Transformation['kind']
