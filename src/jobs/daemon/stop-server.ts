import { ServerStopError } from '../../errors/daemon-errors.ts'
import { isAlive } from '../../storage/file/process-identity.ts'
import type { Clock } from '../../time/clock.ts'
import { delay } from '../../time/delay.ts'
import type { DataFolder } from './data-folder.ts'
import { readLiveServer, readServerFile, type ServerFile } from './server-file.ts'

export interface StopServerOptions {
  /** Milliseconds for it to end. */
  readonly wait: number
  /** Kill it then. Its jobs end by themselves, and go on when the next server starts. */
  readonly force: boolean
  /** Called at each look, with what the server tells meanwhile. */
  readonly onWaiting?: (server: ServerFile) => void
}

/** Milliseconds between looks. */
const LOOK = 50

/** Milliseconds for a process to be gone that was killed. */
const KILLED = 5_000

/**
 * Tells the server of a data folder to end, and waits until its process is gone.
 * @returns the server that was there; undefined where there was none.
 * @throws ServerStopError when it is not gone in time, with what it waits for.
 */
export async function stopServer(
  folder: DataFolder,
  { wait, force, onWaiting = () => {} }: StopServerOptions,
  clock: Clock,
): Promise<ServerFile | undefined> {
  const server = readLiveServer(folder.serverFile)
  if (server === undefined) return undefined
  // A second signal would end it at once.
  if (server.state !== 'stopping') send(server, 'SIGTERM')
  const deadline = clock.monotonic() + wait
  while (isAlive(server)) {
    const now = readServerFile(folder.serverFile) ?? server
    if (clock.monotonic() >= deadline) {
      if (!force) throw notStopped(now, wait)
      await kill(server, clock)
      break
    }
    onWaiting(now)
    await delay(clock, LOOK)
  }
  return server
}

async function kill(server: ServerFile, clock: Clock): Promise<void> {
  send(server, 'SIGKILL')
  const deadline = clock.monotonic() + KILLED
  while (isAlive(server)) {
    if (clock.monotonic() >= deadline) {
      throw new ServerStopError(`process ${server.pid} was killed, and is still there`, {
        remedy: 'it waits for the system, for a disk perhaps: look at it with ps',
      })
    }
    await delay(clock, LOOK)
  }
}

function send(server: ServerFile, signal: NodeJS.Signals): void {
  try {
    process.kill(server.pid, signal)
  } catch (cause) {
    // Gone since we looked: what we want.
    if ((cause as { code?: unknown }).code === 'ESRCH') return
    throw new ServerStopError(`the server, process ${server.pid}, is another user's`, {
      remedy: 'stop it as the user that has started it',
      cause,
    })
  }
}

function notStopped({ pid, waitingFor }: ServerFile, wait: number): ServerStopError {
  return new ServerStopError(
    `the server, process ${pid}, has not ended after ${wait / 1000} s${
      waitingFor === undefined || waitingFor.count === 0 ? '' : `: it waits for ${describeJobs(waitingFor)}`
    }`,
    { remedy: 'it goes on stopping; stop again to wait on, or with --force to kill it' },
  )
}

/** `2 jobs (a, b)` */
export function describeJobs({ names, count }: NonNullable<ServerFile['waitingFor']>): string {
  const more = count > names.length ? ', ...' : ''
  return `${count} ${count === 1 ? 'job' : 'jobs'} (${names.join(', ')}${more})`
}
