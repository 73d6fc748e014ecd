import { excerpt } from '../errors/excerpt.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { type Logger, silentLogger } from '../functions/logger.ts'
import type { RestartStrategy } from '../functions/restart-strategy.ts'
import { checkMilliseconds, checkPositiveInteger } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import { checkOptionNames } from '../graph/option-names.ts'
import type { Clock } from '../time/clock.ts'
import { realClock, realRandom } from '../time/real-clock.ts'
import { type CheckpointOptions, resolveCheckpointOptions } from './checkpoint-options.ts'
import { checkRestartStrategy } from './check-restart-strategy.ts'
import {
  checkEnvironmentPlacement,
  type ResolvedThreadOptions,
  resolveThreadOptions,
  type ThreadOptions,
} from './threads/thread-options.ts'

/** What holds for all jobs of an environment. */
export interface EnvironmentOptions {
  /** Subtasks of operators that say nothing else; a positive integer; default 1. */
  readonly parallelism?: number
  /** Records in one chunk at most, a positive integer; default 1024. */
  readonly chunkSize?: number
  /** Chunks one edge holds at most, a positive integer; default 2. */
  readonly edgeCapacity?: number
  /** Milliseconds of work before the job lets the event loop turn; default 8. */
  readonly sliceMs?: number
  /** Milliseconds for a service call that names no timeout; default 10 000. */
  readonly callTimeout?: number
  /** Milliseconds for `stop` and for `cleanup` of one service, each; default 5 000. */
  readonly teardownTimeout?: number
  /**
   * Whether services are stopped but not cleaned up when the job has failed, so that what they hold can be looked at.
   * On a server the working folder of such a job is kept as well. Default false.
   */
  readonly keepOnFailure?: boolean
  /** Milliseconds for one service to come up, its hooks together; default 30 000. */
  readonly startTimeout?: number
  /** Milliseconds `stop()` waits for a source's pending `next` or a user's promise; default 5 000. */
  readonly stopTimeout?: number
  /**
   * Milliseconds between two latency markers of a source, at least 100: what `latency` in `progress$` is told from. 0 or
   * false: there are none. Default: every 100 from when somebody first looks at the progress of a job.
   */
  readonly latencyInterval?: number | false
  /** Default: nothing is logged. */
  readonly logger?: Partial<Logger> & Omit<Logger, 'child'>
  /** Whether records that branches share are frozen, shallowly; default true unless NODE_ENV is 'production'. */
  readonly freezeShared?: boolean
  /** Whether and when a job that has failed runs again; default `noRestart()`. */
  readonly restart?: RestartStrategy
  /**
   * Where operators run that say nothing else: in the process of the job (default), or in its worker threads as far as
   * they can be there.
   */
  readonly placement?: 'process' | 'thread'
  /** The worker threads of jobs that have operators there. */
  readonly threads?: ThreadOptions
  /**
   * The program that records this pipeline and submits it, for what is loaded once more beside it: worker threads, and
   * services in processes of their own. Default the program that runs, up to its `submit`.
   */
  readonly entry?: string | URL
  /** Arguments that the program is given there. Default those it was given here; of another entry none. */
  readonly argv?: readonly string[]
  /** Default: no checkpoints are taken, and a job that is restarted begins again. */
  readonly checkpoints?: CheckpointOptions
  /** @internal Default: Node's own time. */
  readonly clock?: Clock
  /** @internal From 0 up to 1, for delays that must not be in step; default chance. */
  readonly random?: () => number
}

/** With every default filled in. */
export interface ResolvedEnvironmentOptions extends Required<
  Omit<
    EnvironmentOptions,
    'logger' | 'clock' | 'checkpoints' | 'latencyInterval' | 'entry' | 'argv' | 'threads'
  >
> {
  readonly latencyInterval: number | false | undefined
  readonly logger: Logger
  readonly clock: Clock
  readonly threads: ResolvedThreadOptions
  readonly entry: string | URL | undefined
  readonly argv: readonly string[] | undefined
  readonly checkpoints: Required<CheckpointOptions> | null
}

/** @throws InvalidArgumentError when an option can never work. */
export function resolveEnvironmentOptions(
  name: string,
  options: EnvironmentOptions = {},
): ResolvedEnvironmentOptions {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidArgumentError(`the options of environment "${name}" must be an object`, {
      remedy: `pass { parallelism, logger, ... }, got ${excerpt(options)}`,
    })
  }
  const integer = (what: NumericOption, standard: number): number =>
    checkPositiveInteger(name, what, options[what] ?? standard)
  const milliseconds = (what: NumericOption, standard: number): number =>
    checkMilliseconds(name, what, options[what] ?? standard)
  const resolved = Object.freeze({
    parallelism: integer('parallelism', 1),
    chunkSize: integer('chunkSize', 1024),
    edgeCapacity: integer('edgeCapacity', 2),
    sliceMs: milliseconds('sliceMs', 8),
    callTimeout: options.callTimeout === Infinity ? Infinity : milliseconds('callTimeout', 10_000),
    teardownTimeout: milliseconds('teardownTimeout', 5_000),
    keepOnFailure: checkFlag(name, 'keepOnFailure', options.keepOnFailure),
    startTimeout: milliseconds('startTimeout', 30_000),
    stopTimeout: milliseconds('stopTimeout', 5_000),
    latencyInterval: checkLatencyInterval(name, options.latencyInterval),
    logger: checkLogger(name, options.logger ?? silentLogger),
    freezeShared: options.freezeShared ?? process.env['NODE_ENV'] !== 'production',
    restart: checkRestartStrategy(name, options.restart),
    checkpoints:
      options.checkpoints === undefined ? null : resolveCheckpointOptions(name, options.checkpoints),
    placement: checkEnvironmentPlacement(name, options.placement),
    threads: resolveThreadOptions(name, options.threads),
    entry: options.entry,
    argv: options.argv,
    clock: options.clock ?? realClock,
    random: options.random ?? realRandom,
  })
  // What has been resolved is every option there is.
  checkOptionNames(name, 'an environment', options, Object.keys(resolved))
  return resolved
}

function checkFlag(name: string, what: string, flag: unknown = false): boolean {
  if (typeof flag === 'boolean') return flag
  throw invalidArgument(name, `${what} is ${excerpt(flag)}`, 'pass true or false')
}

/** Markers more often than this would cost more than they tell. */
const SHORTEST_LATENCY_INTERVAL = 100

function checkLatencyInterval(name: string, interval: unknown): number | false | undefined {
  if (interval === undefined || interval === false || interval === 0) return interval
  if (Number.isFinite(interval) && (interval as number) >= SHORTEST_LATENCY_INTERVAL)
    return interval as number
  const message = `latencyInterval is ${excerpt(interval)}`
  throw invalidArgument(name, message, `pass milliseconds, at least ${SHORTEST_LATENCY_INTERVAL}, or false`)
}

type NumericOption = {
  [Option in keyof EnvironmentOptions]-?: NonNullable<EnvironmentOptions[Option]> extends number
    ? Option
    : never
}[keyof EnvironmentOptions]

const levels = ['debug', 'info', 'warn', 'error'] as const

/** `console` fits, but for `child`, which is then the logger itself. */
function checkLogger(name: string, logger: NonNullable<EnvironmentOptions['logger']>): Logger {
  if (levels.some((level) => typeof logger?.[level] !== 'function')) {
    throw invalidArgument(
      name,
      `the logger is ${excerpt(logger)}`,
      `pass an object with ${levels.join(', ')}`,
    )
  }
  if (typeof logger.child === 'function') return logger as Logger
  const withChild: Logger = {
    debug: (message, fields) => logger.debug(message, fields),
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
    error: (message, fields) => logger.error(message, fields),
    child: () => withChild,
  }
  return withChild
}
