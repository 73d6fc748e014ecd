import type { ErrorPolicy } from './error-policy.ts'

/** Options every operator takes. */
export interface OperatorOptions {
  /** Shown in errors, results and graphs; default the kind, numbered. */
  readonly name?: string
  /** Subtasks; a positive integer; default the environment's. */
  readonly parallelism?: number
  /** Names the operator's state across code changes. */
  readonly uid?: string
  /** Default 'fail'. */
  readonly onError?: ErrorPolicy
  /** Where its subtasks run; default the environment's `placement`. */
  readonly placement?: OperatorPlacement
  /**
   * True: what it emits is given away. Typed arrays and ArrayBuffers in its records (which are such, or have such as
   * properties) are moved to another thread instead of copied, where they go to one consumer and are whole buffers; the
   * function must not touch them any more. Default false.
   */
  readonly transfer?: boolean
}

/**
 * - `process`: in the process of the job
 * - `thread`: in its worker threads, dealt out as the environment's `threads` say
 * - `{ thread }`: in that one, from 0
 */
export type OperatorPlacement = 'process' | 'thread' | { readonly thread: number }

/** Options of operators whose function may be asynchronous. */
export interface CallOperatorOptions extends OperatorOptions {
  /** Calls in flight per subtask; a positive integer; default 1. On a keyed stream one per key. */
  readonly concurrency?: number
  /** Whether results keep the order of their inputs; default true. */
  readonly ordered?: boolean
  /** Milliseconds one asynchronous call may take before it fails with RecordTimeoutError; default none. */
  readonly timeout?: number
}
