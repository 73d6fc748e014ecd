import type { PortableError } from '../../errors/portable-error.ts'
import type { ServiceReport } from '../service-report.ts'

/** What became of a call. */
export type Answer = { readonly value: unknown } | { readonly error: PortableError }

/** A call in one direction or the other. Ids are of whoever calls. */
export interface CallMessage {
  readonly type: 'call'
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

/** The caller has given up. An answer is told all the same, once the callee has left the call. */
export interface AbortMessage {
  readonly type: 'abort'
  readonly id: number
  readonly reason: PortableError
}

export type AnswerMessage = { readonly type: 'answer'; readonly id: number } & Answer

/** A call of the service that the process hosts. */
export interface ServedCall extends CallMessage {
  /** Name of the operator or service that calls, for messages. */
  readonly caller: string
}

/** A call of another service of the job, by the one that the process hosts. */
export interface RelayedCall extends CallMessage {
  readonly service: string
  /** Milliseconds; undefined: the job's default. */
  readonly timeout: number | undefined
  /** The call that it is made for; null: none. */
  readonly within: number | null
}

/** From the job to a process that hosts a service for it. What makes the process do that comes before. */
export type Order =
  | ServedCall
  | AbortMessage
  /** To a call of another service. */
  | AnswerMessage
  /** To be answered by any report; the process is alive if there is one. */
  | { readonly type: 'ping' }
  /** The job is over for good: aborts what the service does on its own. */
  | { readonly type: 'end'; readonly reason: PortableError }
  /** To take the service down. */
  | { readonly type: 'stop'; readonly failed: boolean }
  /** To end the process. */
  | { readonly type: 'exit' }

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What is logged elsewhere, on its way to the job. */
export interface LogReport {
  readonly type: 'log'
  readonly level: LogLevel
  readonly message: string
  readonly fields: object
}

/** From a process that hosts a service to its job. */
export type Report =
  /** The program has come to its submit, and the service is being made. */
  | { readonly type: 'seated' }
  | { readonly type: 'up' }
  /** It did not come up. The process waits for being told to stop. */
  | { readonly type: 'failed'; readonly error: PortableError }
  | AnswerMessage
  | RelayedCall
  | AbortMessage
  | { readonly type: 'pong' }
  | LogReport
  /** `stop` is through, and calls that had not been answered are given up: `cleanup` is next. */
  | { readonly type: 'given-up' }
  /** It is down, or its `cleanup` is at work beyond its timeout, so that the process does not end by itself. */
  | { readonly type: 'stopped'; readonly report: ServiceReport; readonly isCleaningUp: boolean }
