import { isAlive } from '../../storage/file/process-identity.ts'
import type { JobStatus } from '../../job/job-status.ts'
import type { Clock } from '../../time/clock.ts'
import type { DataFolder } from './data-folder.ts'
import { memoryOf } from '../supervisor/leftover-process.ts'
import { packageVersion } from '../../util/package-version.ts'
import { isReady } from './probe.ts'
import { localUrl, readServerFile, type ServerFile } from './server-file.ts'

/** How the server of a data folder is. */
export interface ServerStatus {
  /**
   * `running`: ready. `starting`, `stopping`. `silent`: its process is there, and does not answer. `died`: it has ended
   * without being stopped. `stopped`.
   */
  readonly state: 'running' | 'starting' | 'stopping' | 'silent' | 'died' | 'stopped'
  readonly data: string
  readonly log: string
  /** Null where none is there, and none has died. */
  readonly server: {
    readonly pid: number
    /** Null while it has none. */
    readonly url: string | null
    readonly version: string
    readonly startedAt: string
    readonly uptimeMs: number
    /** Memory that its process has in use, jobs not included; null where the system does not tell. */
    readonly rssBytes: number | null
    readonly waitingFor: ServerFile['waitingFor'] | null
  } | null
  /** How many there are of each status, as its database tells; null where no server of this version runs. */
  readonly jobs: Readonly<Record<JobStatus, number>> | null
}

/** Looks at the file of the server, at its process, and asks it. */
export async function serverStatus(folder: DataFolder, clock: Clock): Promise<ServerStatus> {
  const server = readServerFile(folder.serverFile)
  const at = { data: folder.root, log: folder.log }
  if (server === undefined) return { state: 'stopped', ...at, server: null, jobs: null }
  const state = await stateOf(server, clock)
  return {
    state,
    ...at,
    server: {
      pid: server.pid,
      url: server.port === 0 ? null : localUrl(server),
      version: server.version,
      startedAt: server.startedAt,
      uptimeMs: Math.max(0, clock.now() - Date.parse(server.startedAt)),
      rssBytes: state === 'died' ? null : (memoryOf(server.pid) ?? null),
      waitingFor: server.waitingFor ?? null,
    },
    jobs: state === 'died' || server.version !== packageVersion() ? null : await countJobs(folder),
  }
}

async function stateOf(server: ServerFile, clock: Clock): Promise<ServerStatus['state']> {
  if (!isAlive(server)) return 'died'
  if (server.state !== 'running') return server.state
  return (await isReady(server, clock)) ? 'running' : 'silent'
}

/** Needs no token, and no answer from the server. Null when the database says nothing, as on a full disk. */
async function countJobs({ database }: DataFolder): Promise<ServerStatus['jobs']> {
  const { SqliteJobStore } = await import('../store/sqlite-job-store.ts')
  try {
    const store = new SqliteJobStore({ file: database })
    try {
      return store.counts()
    } finally {
      store.close()
    }
  } catch {
    return null
  }
}
