import { MillraceError } from '../../errors/millrace-error.ts'
import type { Logger } from '../../functions/logger.ts'
import { ownIdentity } from '../../storage/file/process-identity.ts'
import type { Clock } from '../../time/clock.ts'
import { packageVersion } from '../../util/package-version.ts'
import { serverSettings } from '../settings/server-settings.ts'
import type { FileSettings } from '../settings/settings-schema.ts'
import { type RunningJobManager, startInFolder } from '../start-job-manager.ts'
import { type DataFolder, dataFolder, makeDataFolder } from './data-folder.ts'
import { DataLock } from './data-lock.ts'
import {
  type KeptOptions,
  readServerFile,
  removeServerFile,
  type ServerFile,
  writeServerFile,
} from './server-file.ts'
import { openServerLog } from './server-log.ts'
import { onSignals } from './signals.ts'
import { readTokenFile } from './token-file.ts'

export interface RunServerOptions extends KeptOptions {
  readonly data?: string | undefined
  /** In place of the one in `tokenFile`. */
  readonly token?: string | undefined
}

export interface RunServerContext {
  readonly clock: Clock
  readonly terminal: { write(text: string): unknown; readonly isTTY?: boolean }
  /** Ends the process at once. */
  readonly exit: (code: number) => void
}

/** Milliseconds between looks at what a server that stops still waits for. */
const LOOK = 250

/** How many jobs it names then. */
const NAMED = 10

/**
 * Is the server of a data folder until it is told to stop, and resolves to the exit code when it has. The first SIGTERM,
 * SIGINT or SIGHUP drains. The second ends the process at once, which does no harm: to the next server it is a crash.
 *
 * Whatever goes wrong once the log is open is told there. @throws DataFolderInUseError, and what is wrong before that.
 */
export async function runServer(options: RunServerOptions, context: RunServerContext): Promise<number> {
  const { data, token, ...kept } = options
  const folder = dataFolder(data)
  makeDataFolder(folder)
  const { settings } = serverSettings(folder, kept)
  const { tokenFile } = settings
  const startToken = token ?? (tokenFile === undefined ? undefined : readTokenFile(tokenFile))
  const lock = DataLock.acquire(folder)
  const log = openServerLog({ path: folder.log, level: settings.logLevel, ...context })
  try {
    await serve({ folder, kept, settings, token: startToken, logger: log.logger }, context)
    return 0
  } catch (error) {
    if (error instanceof MillraceError) log.logger.error(error.message, { code: error.code })
    else log.logger.error('the server ends, by an error of its own', { error })
    return 1
  } finally {
    removeServerFile(folder.serverFile)
    log.close()
    lock.release()
  }
}

interface ToServe {
  readonly folder: DataFolder
  readonly kept: KeptOptions
  readonly settings: FileSettings
  readonly token: string | undefined
  readonly logger: Logger
}

async function serve(
  { folder, kept, settings, token, logger }: ToServe,
  { clock, exit }: RunServerContext,
): Promise<void> {
  const signals = onSignals(clock, (signal) => {
    logger.warn(`${signal} again: ending at once`)
    exit(1)
  })
  let server: ServerFile = {
    ...ownIdentity(),
    state: 'starting',
    host: settings.host ?? '',
    port: 0,
    version: packageVersion(),
    startedAt: new Date(clock.now()).toISOString(),
    options: kept,
    withToken: token !== undefined && settings.tokenFile === undefined,
  }
  const tell = (change: Partial<ServerFile>): void => {
    server = { ...server, ...change }
    writeServerFile(folder.serverFile, server)
  }
  try {
    const before = readServerFile(folder.serverFile)
    if (before !== undefined) logger.warn('the last server here ended without stopping', { was: before.pid })
    tell({})
    logger.info(`millrace ${server.version} starts`, { data: folder.root })
    const running = await startInFolder(folder, { ...settings, token, logger, clock })
    tell({ state: 'running', host: running.host, port: running.port })
    logger.info(`listening on ${running.url}`)
    const signal = await signals.first
    logger.info(`${signal}: stopping`)
    await drain(running, tell, logger, clock)
    logger.info('stopped')
  } finally {
    signals.release()
  }
}

/** Closes the manager, and tells meanwhile what it waits for. */
async function drain(
  running: RunningJobManager,
  tell: (change: Partial<ServerFile>) => void,
  logger: Logger,
  clock: Clock,
): Promise<void> {
  let cancel = (): void => {}
  const look = (): void => {
    try {
      const jobs = running.manager.list({ status: ['running', 'stopping'], limit: NAMED })
      tell({ state: 'stopping', waitingFor: { names: jobs.items.map((job) => job.name), count: jobs.total } })
    } catch (error) {
      // It is for those who watch: a full disk, say, must not keep the server from stopping.
      logger.debug('cannot tell what is waited for', { error })
    }
    cancel = clock.setTimeout(look, LOOK)
  }
  look()
  try {
    await running.close({ drain: true })
  } finally {
    cancel()
  }
}
