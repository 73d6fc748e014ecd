import { availableParallelism } from 'node:os'
import { excerpt } from '../../errors/excerpt.ts'
import { checkMilliseconds, checkPositiveInteger } from '../../graph/check-number.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { checkOptionNames, optionNames } from '../../graph/option-names.ts'

/** The worker threads of an environment's jobs. */
export interface ThreadOptions {
  /** Threads at most, a positive integer; a job has as many as it has a use for. Default one for each core. */
  readonly count?: number
  /**
   * How subtasks are dealt out that name no thread: `least-loaded` (default) to the one with the fewest operators so
   * far, `round-robin` to one after the other.
   */
  readonly schedule?: 'least-loaded' | 'round-robin'
  /** Milliseconds without a sign of life after which a thread counts as blocked; default 30 000. */
  readonly heartbeatTimeout?: number
  /**
   * What becomes of a blocked thread: `fail` (default): it is ended, and the job fails, or is restarted; `warn`: that is
   * logged once, and the job waits.
   */
  readonly onUnresponsive?: 'fail' | 'warn'
  /** Megabytes of heap that a thread may have; one that needs more is ended, as if it had crashed. Default Node's. */
  readonly memoryMb?: number
}

export type ResolvedThreadOptions = Required<Omit<ThreadOptions, 'memoryMb'>> & {
  readonly memoryMb: number | undefined
}

const names = optionNames<ThreadOptions>({
  count: true,
  schedule: true,
  heartbeatTimeout: true,
  onUnresponsive: true,
  memoryMb: true,
})

/** @throws InvalidArgumentError when operators can be at no such place. */
export function checkEnvironmentPlacement(
  name: string,
  placement: unknown = 'process',
): 'process' | 'thread' {
  if (placement === 'process' || placement === 'thread') return placement
  throw invalidArgument(name, `placement is ${excerpt(placement)}`, "pass 'process' or 'thread'")
}

/** @throws InvalidArgumentError when an option can never work. */
export function resolveThreadOptions(name: string, options: ThreadOptions = {}): ResolvedThreadOptions {
  if (typeof options !== 'object' || options === null) {
    throw invalidArgument(name, `threads is ${excerpt(options)}`, 'pass an object, such as { count: 4 }')
  }
  checkOptionNames(name, 'threads', options, names)
  const { schedule = 'least-loaded', onUnresponsive = 'fail', memoryMb } = options
  if (schedule !== 'least-loaded' && schedule !== 'round-robin') {
    throw invalidArgument(name, `schedule is ${excerpt(schedule)}`, "pass 'least-loaded' or 'round-robin'")
  }
  if (onUnresponsive !== 'fail' && onUnresponsive !== 'warn') {
    throw invalidArgument(name, `onUnresponsive is ${excerpt(onUnresponsive)}`, "pass 'fail' or 'warn'")
  }
  return Object.freeze({
    count: checkPositiveInteger(name, 'count', options.count ?? availableParallelism()),
    schedule,
    heartbeatTimeout: checkMilliseconds(name, 'heartbeatTimeout', options.heartbeatTimeout ?? 30_000),
    onUnresponsive,
    memoryMb: memoryMb === undefined ? undefined : checkPositiveInteger(name, 'memoryMb', memoryMb),
  })
}
