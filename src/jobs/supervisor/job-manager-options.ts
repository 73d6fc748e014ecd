import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { excerpt } from '../../errors/excerpt.ts'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { type Logger, silentLogger } from '../../functions/logger.ts'
import { checkOptionNames, optionNames } from '../../graph/option-names.ts'
import type { Clock } from '../../time/clock.ts'
import { realClock, realRandom } from '../../time/real-clock.ts'
import { type BackgroundTask, type ResolvedBackground, resolveBackground } from '../background-options.ts'
import type { JobStore } from '../store/job-store.ts'
import type { SupervisorLimits } from './supervisor-context.ts'

/** How a server keeps jobs. Times in milliseconds. */
export interface JobManagerOptions {
  /** Folder of the database, of programs and of jobs: made when it is not there. One server has it at a time. */
  readonly data: string
  /** Jobs that run at a time; default as many as there are cores, and at least 2. */
  readonly maxRunning?: number | undefined
  /** Jobs that wait to run; default 10 000. */
  readonly maxQueued?: number | undefined
  /** Memory of a job that names none itself, in MB; default 1024. */
  readonly memoryMb?: number | undefined
  /** Bytes that a file of a program may have; default 256 MiB. */
  readonly maxUploadBytes?: number | undefined
  /** Between two signs of life of a job's process; default 1 000. */
  readonly heartbeat?: number | undefined
  /** Without a sign of life, until a job's process is killed; default 30 000. */
  readonly heartbeatTimeout?: number | undefined
  /** For jobs to end by themselves when their server is gone, before the next one ends them; default 10 000. */
  readonly orphanDeadline?: number | undefined
  /** For running jobs to save their state when the server is closed; default 30 000. */
  readonly drainTimeout?: number | undefined
  readonly retention?: RetentionOptions | undefined
  /** Default: jobs of the queue are started, and every 5 s it is looked whether one was missed. */
  readonly queueProcessing?: BackgroundTask | undefined
  readonly logger?: Logger | undefined
  readonly clock?: Clock | undefined
  /** Where jobs are kept instead of the database in `data`. Whoever passes it closes it, after the manager. */
  readonly store?: JobStore | undefined
}

export interface RetentionOptions {
  /** Milliseconds for which a job is kept after its end; default 604 800 000, a week. Infinity: until it is deleted. */
  readonly jobs?: number | undefined
  /** Events that are kept, the newest; default 100 000. */
  readonly events?: number | undefined
}

export type ResolvedRetention = { readonly [Option in keyof RetentionOptions]-?: number }

export interface ResolvedOptions {
  readonly data: string
  readonly limits: SupervisorLimits
  readonly maxUploadBytes: number
  readonly drainTimeout: number
  readonly retention: ResolvedRetention
  readonly queueProcessing: ResolvedBackground['queueProcessing']
  readonly logger: Logger
  readonly clock: Clock
  readonly random: () => number
  readonly store: JobStore | undefined
}

const names = optionNames<JobManagerOptions>({
  data: true,
  maxRunning: true,
  maxQueued: true,
  memoryMb: true,
  maxUploadBytes: true,
  heartbeat: true,
  heartbeatTimeout: true,
  orphanDeadline: true,
  drainTimeout: true,
  retention: true,
  queueProcessing: true,
  logger: true,
  clock: true,
  store: true,
})

/** Milliseconds for which jobs that are over are kept, unless another time is said. */
export const KEEP_JOBS: number = 7 * 24 * 3_600_000

const retentionNames = optionNames<RetentionOptions>({ jobs: true, events: true })

/** With defaults filled in. @throws InvalidArgumentError when an option can never work. */
export function resolveJobManagerOptions(options: JobManagerOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null)
    throw wrong('options', options, 'an object with `data`')
  const of = 'createJobManager'
  checkOptionNames(of, of, options, names)
  if (typeof options.data !== 'string' || options.data === '') throw wrong('data', options.data, 'a path')
  checkOptionNames(of, 'retention', options.retention ?? {}, retentionNames)
  const { jobs = KEEP_JOBS, events = 100_000 } = options.retention ?? {}
  const given = <Name extends keyof JobManagerOptions>(name: Name, fallback: number): number =>
    positive(name, (options[name] as number | undefined) ?? fallback)
  return {
    data: resolve(options.data),
    limits: {
      maxRunning: given('maxRunning', Math.max(2, availableParallelism())),
      maxQueued: given('maxQueued', 10_000),
      memoryMb: given('memoryMb', 1_024),
      heartbeat: given('heartbeat', 1_000),
      heartbeatTimeout: given('heartbeatTimeout', 30_000),
      orphanDeadline: given('orphanDeadline', 10_000),
    },
    maxUploadBytes: given('maxUploadBytes', 256 * 1_048_576),
    drainTimeout: given('drainTimeout', 30_000),
    retention: {
      jobs: jobs === Infinity ? jobs : positive('retention.jobs', jobs),
      events: positive('retention.events', events),
    },
    queueProcessing: resolveBackground({ queueProcessing: options.queueProcessing }).queueProcessing,
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? realClock,
    random: realRandom,
    store: options.store,
  }
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw wrong(name, value, 'a whole number above 0')
}

const wrong = (name: string, value: unknown, right: string): InvalidArgumentError =>
  new InvalidArgumentError(`createJobManager: ${name} is ${excerpt(value)}`, { remedy: `pass ${right}` })
