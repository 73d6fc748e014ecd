import { excerpt } from '../errors/excerpt.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { checkOptionNames, optionNames } from '../graph/option-names.ts'

/** Whether a server does something by itself, and how often. */
export interface BackgroundTask {
  readonly enabled?: boolean | undefined
  /** Milliseconds, from 100 to a day. */
  readonly interval?: number | undefined
}

/** What a server does without being asked. */
export interface BackgroundOptions {
  /**
   * Asks providers how their active jobs are, by default every 30 s. Where it is not said whether, it is done, but rarely
   * for providers whose webhooks tell of their jobs. True: for those like for others. False: for none of them.
   */
  readonly jobStatusPolling?: BackgroundTask | undefined
  /**
   * Starts jobs of the queue, by default: when something happens that may let one run, and every 5 s. False: jobs are
   * taken in and wait, and none is started; those that run go on.
   */
  readonly queueProcessing?: BackgroundTask | undefined
}

export interface ResolvedBackground {
  /** `enabled` is undefined where nobody has said. */
  readonly jobStatusPolling: { readonly enabled: boolean | undefined; readonly interval: number }
  readonly queueProcessing: { readonly enabled: boolean; readonly interval: number }
}

export const defaultIntervals = { jobStatusPolling: 30_000, queueProcessing: 5_000 } as const

/** Milliseconds between two rounds of something that is done in the background. */
export const shortestInterval = 100
export const longestInterval: number = 24 * 3_600_000

const names = optionNames<BackgroundOptions>({ jobStatusPolling: true, queueProcessing: true })
const taskNames = optionNames<BackgroundTask>({ enabled: true, interval: true })

/** With defaults filled in. @throws InvalidArgumentError */
export function resolveBackground(options: BackgroundOptions = {}): ResolvedBackground {
  checkOptionNames('startJobManager', 'background', options, names)
  const polling = checkTask('jobStatusPolling', options.jobStatusPolling)
  const queue = checkTask('queueProcessing', options.queueProcessing)
  return {
    jobStatusPolling: {
      enabled: polling.enabled,
      interval: polling.interval ?? defaultIntervals.jobStatusPolling,
    },
    queueProcessing: {
      enabled: queue.enabled ?? true,
      interval: queue.interval ?? defaultIntervals.queueProcessing,
    },
  }
}

export const isInterval = (ms: unknown): boolean =>
  typeof ms === 'number' && ms >= shortestInterval && ms <= longestInterval

function checkTask(name: keyof BackgroundOptions, task: BackgroundTask = {}): BackgroundTask {
  const path = `background.${name}`
  checkOptionNames('startJobManager', path, task, taskNames)
  const { enabled, interval } = task
  if (enabled !== undefined && typeof enabled !== 'boolean') {
    throw wrong(`${path}.enabled`, enabled, 'true or false')
  }
  if (interval !== undefined && !isInterval(interval)) {
    throw wrong(`${path}.interval`, interval, 'milliseconds from 100 to 86 400 000, a day')
  }
  return task
}

const wrong = (path: string, value: unknown, right: string): InvalidArgumentError =>
  new InvalidArgumentError(`startJobManager: ${path} is ${excerpt(value)}`, { remedy: `pass ${right}` })
