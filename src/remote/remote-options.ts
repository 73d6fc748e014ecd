import type { ClientRetry } from '../client/client-options.ts'
import type { CheckpointOptions } from '../environment/checkpoint-options.ts'
import type { EnvironmentOptions } from '../environment/environment-options.ts'
import { excerpt } from '../errors/excerpt.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { checkMilliseconds, checkPositiveInteger } from '../graph/check-number.ts'
import type { LogLine } from '../protocol/job-info.ts'
import { MemoryCheckpointStore } from '../storage/memory-checkpoint-store.ts'

/** How far the upload of a program is. */
export interface BundleUpload {
  /** Path of the file that was sent last, within the program; null before the first. */
  readonly file: string | null
  readonly sentFiles: number
  /** Those that the server did not have. */
  readonly files: number
  readonly sentBytes: number
  readonly bytes: number
}

/** Where the server is, and how patient to be with it. Times in milliseconds. */
export interface RemoteServerOptions {
  /** Default '127.0.0.1'. */
  readonly host?: string
  /** Default 19001. */
  readonly port?: number
  /** Instead of `host` and `port`: for a server behind a proxy, over https or below a path. */
  readonly url?: string | URL
  readonly token?: string
  /** Between looks at a job while its events cannot be had; default 1 000. */
  readonly pollInterval?: number
  /** How long waits go on while the server gives no answer; default Infinity. */
  readonly patience?: number
  /** For an answer to a request to be there; of an upload, without a byte moving. Default 30 000. */
  readonly requestTimeout?: number
  /** Without a byte, heartbeats included, until a stream of events counts as lost; default 45 000. */
  readonly silence?: number
  /** How often, and after which delays, a request that may be repeated is. */
  readonly retry?: ClientRetry
}

/** What of the program is sent, and how. */
export interface ProgramOptions {
  /** The file that is bundled: the program up to its `submit`. Default `process.argv[1]`. */
  readonly entry?: string | URL
  /**
   * Which submit of `entry` this one is, from 0. Default: those of the program that runs here are counted; of another
   * entry it is the first.
   */
  readonly ordinal?: number
  /** Arguments that the program is given on the server. Default those it was given here; of another entry none. */
  readonly argv?: readonly string[]
  /** Files, folders and patterns below the folder of the entry that are shipped. */
  readonly assets?: readonly string[]
  /** Packages that are shipped as they are installed here, with what they depend on. */
  readonly packages?: readonly string[]
  /** Packages that are neither bundled nor shipped: the server has them. */
  readonly external?: readonly string[]
  /** Names of environment variables that travel. */
  readonly env?: readonly string[]
  /**
   * Environment variables that travel, and appear nowhere: names of variables here, or values by name. Default none.
   */
  readonly secrets?: readonly string[] | Readonly<Record<string, string>>
  /** Called as the program is uploaded. */
  readonly onUpload?: (upload: BundleUpload) => void
}

/** How the server runs the job, and how it is waited for. */
export interface RemoteJobOptions {
  /** Queued jobs of higher priority start first; from -1 000 to 1 000; default 0. */
  readonly priority?: number
  /** The most memory the job's process may have, in MB; default as the server has it. */
  readonly memoryMb?: number
  /** Milliseconds for the program to come to its submit on the server; default 600 000. */
  readonly loadTimeout?: number
  /**
   * How often the job takes checkpoints, which the server keeps; false: none. Default: every 10 seconds, where its
   * operators can.
   */
  readonly checkpoints?: Omit<CheckpointOptions, 'store'> | false
  /** Milliseconds that `submit({ autostop: true })` and `result` wait; the job goes on. Default Infinity. */
  readonly timeout?: number
  /** Whether Ctrl-C leaves the job alone instead of stopping it. Default false. */
  readonly detach?: boolean
  /** Where lines of the job go while `submit({ autostop: true })` waits: true for here. Default nowhere. */
  readonly logs?: boolean | ((line: LogLine) => void)
}

/** Options of a RemoteEnvironment: its own, and those of a LocalEnvironment, which hold where the job runs. */
export type RemoteEnvironmentOptions = RemoteServerOptions &
  ProgramOptions &
  RemoteJobOptions &
  Omit<EnvironmentOptions, 'checkpoints'>

/** What is a RemoteEnvironment's own, checked, with defaults. */
export interface RemoteSettings {
  readonly server: RemoteServerOptions
  readonly program: ProgramOptions
  readonly job: RemoteJobOptions
}

/**
 * Parts the options into what is a RemoteEnvironment's own and what any environment has.
 * @throws InvalidArgumentError when one of its own can never work.
 */
export function splitOptions(
  name: string,
  options: RemoteEnvironmentOptions,
): { readonly own: RemoteSettings; readonly common: EnvironmentOptions } {
  if (typeof options !== 'object' || options === null) throw wrong(name, 'options', options, 'an object')
  const { host, port, url, token, pollInterval, patience, requestTimeout, silence, retry, ...withoutServer } =
    options
  const { entry, ordinal, argv, assets, packages, external, env, secrets, onUpload, ...withoutProgram } =
    withoutServer
  const { priority, memoryMb, loadTimeout, timeout, detach, logs, checkpoints, ...common } = withoutProgram
  const own = {
    server: defined({ host, port, url, token, pollInterval, patience, requestTimeout, silence, retry }),
    program: defined({ entry, ordinal, argv, assets, packages, external, env, secrets, onUpload }),
    job: defined({ priority, memoryMb, loadTimeout, timeout, detach, logs, checkpoints }),
  }
  checkProgram(name, own.program)
  checkJob(name, own.job)
  if (checkpoints === undefined || checkpoints === false) return { own, common }
  // The server's store takes the place of this one.
  return { own, common: { ...common, checkpoints: { ...checkpoints, store: new MemoryCheckpointStore() } } }
}

function checkProgram(name: string, program: ProgramOptions): void {
  const { entry, ordinal, secrets, onUpload } = program
  if (entry !== undefined && typeof entry !== 'string' && !(entry instanceof URL)) {
    throw wrong(name, 'entry', entry, 'the path or URL of a file')
  }
  if (ordinal !== undefined && !(Number.isInteger(ordinal) && ordinal >= 0)) {
    throw wrong(name, 'ordinal', ordinal, 'a whole number from 0')
  }
  for (const list of ['argv', 'assets', 'packages', 'external', 'env'] as const) {
    if (program[list] !== undefined) checkTexts(name, list, program[list])
  }
  if (Array.isArray(secrets)) checkTexts(name, 'secrets', secrets)
  else if (secrets !== undefined) {
    const texts: unknown = typeof secrets === 'object' && secrets !== null ? Object.values(secrets) : null
    // What they are is not shown.
    if (!isTexts(texts)) throw wrong(name, 'secrets', '...', 'a list of names, or an object of texts')
  }
  if (onUpload !== undefined && typeof onUpload !== 'function') {
    throw wrong(name, 'onUpload', onUpload, 'a function')
  }
}

function checkJob(name: string, job: RemoteJobOptions): void {
  const { priority, memoryMb, loadTimeout, timeout, detach, logs, checkpoints } = job
  if (priority !== undefined && !(Number.isInteger(priority) && Math.abs(priority) <= 1000)) {
    throw wrong(name, 'priority', priority, 'a whole number from -1000 to 1000')
  }
  if (memoryMb !== undefined) checkPositiveInteger(name, 'memoryMb', memoryMb)
  if (loadTimeout !== undefined) checkMilliseconds(name, 'loadTimeout', loadTimeout)
  if (timeout !== undefined && timeout !== Infinity) checkMilliseconds(name, 'timeout', timeout)
  if (detach !== undefined && typeof detach !== 'boolean')
    throw wrong(name, 'detach', detach, 'true or false')
  if (logs !== undefined && typeof logs !== 'boolean' && typeof logs !== 'function') {
    throw wrong(name, 'logs', logs, 'true, false or a function')
  }
  if (checkpoints === undefined || checkpoints === false) return
  if (typeof checkpoints !== 'object' || checkpoints === null) {
    throw wrong(name, 'checkpoints', checkpoints, '{ interval } or false')
  }
  if ('store' in checkpoints) {
    throw wrong(name, 'checkpoints.store', '...', 'nothing here: the server keeps checkpoints')
  }
}

function checkTexts(name: string, what: string, given: unknown): void {
  if (!isTexts(given)) throw wrong(name, what, given, 'a list of texts')
}

function isTexts(given: unknown): boolean {
  return Array.isArray(given) && given.every((one) => typeof one === 'string')
}

function wrong(name: string, what: string, got: unknown, expected: string): InvalidArgumentError {
  return new InvalidArgumentError(`${what} of environment "${name}" is ${excerpt(got)}`, {
    operator: name,
    remedy: `pass ${expected}`,
  })
}

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}
