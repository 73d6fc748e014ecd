import { hostname } from 'node:os'
import { type Logger, silentLogger } from '../functions/logger.ts'
import type { Clock } from '../time/clock.ts'
import { realClock } from '../time/real-clock.ts'
import { realRandom } from '../time/real-random.ts'
import type { ProviderConfig } from '../providers/config/provider-config.ts'
import type { StageRule } from '../protocol/progress-stage-rule.ts'
import type { JobProvider } from '../providers/job-provider.ts'
import { type BackgroundOptions, resolveBackground } from './background-options.ts'
import { checkPort } from './daemon/check-port.ts'
import { type DataFolder, dataFolder, makeDataFolder } from './daemon/data-folder.ts'
import { DataLock } from './daemon/data-lock.ts'
import { logEvents } from './daemon/log-events.ts'
import type { ForeignJobs } from './foreign/foreign-jobs.ts'
import { ForeignJobsService } from './foreign/foreign-jobs-service.ts'
import { serveProviders } from './foreign/serve-providers.ts'
import type { JobManager } from './job-manager.ts'
import { resolveStageRules } from './progress/stage-rules.ts'
import { resolveLimits, type ServerLimits } from './server/server-limits.ts'
import { startJobServer } from './server/start-job-server.ts'
import { SqliteJobStore } from './store/sqlite-job-store.ts'
import { createJobManager } from './supervisor/create-job-manager.ts'
import { KEEP_JOBS, type RetentionOptions } from './supervisor/job-manager-options.ts'
import { IncomingWebhooks } from './webhooks/incoming/incoming-webhooks.ts'
import { webhookSources } from './webhooks/incoming/webhook-source.ts'
import { type OutgoingWebhookOptions, OutgoingWebhooks } from './webhooks/outgoing/outgoing-webhooks.ts'

/** How a server keeps jobs, and how others reach it. Times in milliseconds. */
export interface StartJobManagerOptions {
  /** Folder for all that the server keeps. Default `$MILLRACE_HOME`, else `.millrace` in the user's home. */
  readonly data?: string | undefined
  /** Where to listen. Default 127.0.0.1. Any address that is not of the loopback interface needs a token. */
  readonly host?: string | undefined
  /** Default 19001; 0: any that is free. */
  readonly port?: number | undefined
  /** Lets its holder do everything, beside the tokens that are kept. At least 16 characters. */
  readonly token?: string | undefined
  /** Names by which clients may call the server, beside `localhost` and addresses. */
  readonly allowedHosts?: readonly string[] | undefined
  /** Origins of web pages that may call it, beside its own: `https://jobs.example.com`. */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Addresses and ranges of proxies that are believed where a request comes from. Default none. */
  readonly trustedProxies?: readonly string[] | undefined
  readonly limits?: Partial<ServerLimits> | undefined
  /** Jobs that run at the same time. Default as many as there are cores, and at least 2. */
  readonly maxRunning?: number | undefined
  /** Jobs that wait for their turn. Default 10 000. */
  readonly maxQueued?: number | undefined
  /** Megabytes of memory that a job's process may have when the job names none itself. Default 1024. */
  readonly memoryMb?: number | undefined
  /** Without a sign of life, until a job's process is killed. Default 30 s. */
  readonly heartbeatTimeout?: number | undefined
  /** For running jobs to save their state when the server is closed. Default 30 s. */
  readonly drainTimeout?: number | undefined
  readonly retention?: RetentionOptions | undefined
  /** Other places where jobs run, which are shown here, too. The server closes them. Default: none. */
  readonly providers?: readonly (JobProvider | ProviderConfig)[] | undefined
  /**
   * What lines in the logs of jobs elsewhere say of what they do, unless a provider has rules of its own. Default: rules
   * for programs that train models.
   */
  readonly stageRules?: readonly StageRule[] | undefined
  /** What is done without being asked: by default, all of it. */
  readonly background?: BackgroundOptions | undefined
  /** Where webhooks may be sent to: by default, to the public internet only. */
  readonly webhooks?: OutgoingWebhookOptions | undefined
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined
  readonly clock?: Clock | undefined
}

/** A job server that runs in this process. */
export interface RunningJobManager {
  /** `http://127.0.0.1:19001` */
  readonly url: string
  readonly host: string
  readonly port: number
  /** Direct access, without HTTP and without tokens. */
  readonly manager: JobManager
  /** Jobs that run elsewhere: what has to be asked for there. What is known of them, the manager has. */
  readonly foreign: ForeignJobs
  /**
   * Resolves when every job's process is gone, the port is free and the data folder can be another's. With `drain`,
   * which is the default, jobs that run are saved first, and go on when a server starts here again.
   */
  close(options?: { readonly drain?: boolean }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a job server in this process: what `millrace jobmanager run` does, without its signals, log and server file.
 * Rejects with nothing left behind.
 *
 * @throws DataFolderInUseError when there is a server in that folder already; ListenError, which names who has the port;
 * TokenRequiredError for an address that others can reach; StoreError; InvalidArgumentError.
 */
export async function startJobManager(options: StartJobManagerOptions = {}): Promise<RunningJobManager> {
  const folder = dataFolder(options.data)
  makeDataFolder(folder)
  const lock = DataLock.acquire(folder)
  try {
    const running = await startInFolder(folder, options)
    return closable(running, async (drain) => {
      try {
        await running.close({ drain })
      } finally {
        lock.release()
      }
    })
  } catch (error) {
    lock.release()
    throw error
  }
}

/** The same for who has the folder's lock. */
export async function startInFolder(
  folder: DataFolder,
  options: StartJobManagerOptions,
): Promise<RunningJobManager> {
  const { host = '127.0.0.1', port = 19_001, clock = realClock, memoryMb = 1024, limits } = options
  const { logger = silentLogger } = options
  const { uploadBytes, authFailures } = resolveLimits(limits ?? {})
  const background = resolveBackground(options.background)
  const { queueProcessing, jobStatusPolling } = background
  const providers = serveProviders(options.providers ?? [], jobStatusPolling, { clock })
  const sources = webhookSources(options.providers ?? [], providers, logger)
  const stageRules = resolveStageRules(options.stageRules, options.providers ?? [])
  await checkPort(host, port, clock)
  const store = new SqliteJobStore({ file: folder.database })
  let webhooks: OutgoingWebhooks | undefined
  try {
    webhooks = new OutgoingWebhooks({
      ...{ store: store.webhooks, clock, random: realRandom, logger, options: options.webhooks },
      onEvents: (listener) => store.onEvents(listener),
    })
    const before = store.eventRange().last
    const { maxRunning, maxQueued, heartbeatTimeout, drainTimeout, retention } = options
    const manager = await createJobManager({
      ...{ data: folder.root, store, maxUploadBytes: uploadBytes, memoryMb, clock, logger },
      ...{ maxRunning, maxQueued, heartbeatTimeout, drainTimeout, retention, queueProcessing },
    })
    const stopLogging = logEvents(manager.events, before, logger, clock)
    const foreign = new ForeignJobsService({
      context: {
        store: store.foreign,
        clock,
        random: realRandom,
        logger,
        keep: retention?.jobs ?? KEEP_JOBS,
      },
      // Whoever is in this folder next is this server again, and need not wait for its leases to run out.
      ...{ providers, info: (id) => manager.get(id), owner: `${hostname()} ${folder.root}` },
    })
    const incomingWebhooks = new IncomingWebhooks({
      ...{ sources, store: store.webhookInbox, clock, logger, failures: authFailures },
      observe: (provider, job, cause) => foreign.observe(provider, job, cause),
    })
    try {
      const { token, allowedHosts, allowedOrigins, trustedProxies } = options
      const server = await startJobServer({
        ...{ manager, foreign, tokens: store.tokens, webhooks, memoryMb, background, clock, logger },
        ...{ host, port, token, allowedHosts, allowedOrigins, trustedProxies, limits, stageRules },
        incomingWebhooks,
      })
      foreign.open()
      const sending = webhooks
      const { url, port: bound } = server
      return closable({ url, host, port: bound, manager, foreign }, async (drain) => {
        incomingWebhooks.close()
        const quiet = foreign.close()
        try {
          await server.close({ drain })
        } finally {
          await quiet
          stopLogging()
          await sending.close()
          store.close()
        }
      })
    } catch (error) {
      incomingWebhooks.close()
      await foreign.close()
      await manager.close({ drain: true })
      stopLogging()
      throw error
    }
  } catch (error) {
    await webhooks?.close()
    store.close()
    throw error
  }
}

/** Closes once, however often it is asked to. */
function closable(
  { url, host, port, manager, foreign }: Omit<RunningJobManager, 'close' | typeof Symbol.asyncDispose>,
  work: (drain: boolean) => Promise<void>,
): RunningJobManager {
  let closed: Promise<void> | undefined
  const close: RunningJobManager['close'] = ({ drain = true } = {}) => (closed ??= work(drain))
  return { url, host, port, manager, foreign, close, [Symbol.asyncDispose]: () => close() }
}
