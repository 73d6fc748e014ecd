import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { LogLevel } from './server-log.ts'
import { storeTrouble } from '../store/store-trouble.ts'
import { isAlive, type ProcessIdentity } from '../../storage/file/process-identity.ts'

/** What a server tells those who have its data folder: one file, so that process and port always belong together. */
export interface ServerFile extends ProcessIdentity {
  readonly state: 'starting' | 'running' | 'stopping'
  readonly host: string
  /** 0 until it is known which one the system gave. */
  readonly port: number
  readonly version: string
  readonly startedAt: string
  /** What it was started with, for `restart`. */
  readonly options: KeptOptions
  /** Whether it was given a token, which is kept nowhere. */
  readonly withToken: boolean
  /** While it stops: the jobs it waits for, at most ten of them, and how many there are in all. */
  readonly waitingFor?: { readonly names: readonly string[]; readonly count: number }
}

export interface KeptOptions {
  /** Absolute path of its settings; default: `server.yaml` in the data folder, where there is one. */
  readonly settings?: string
  readonly host?: string
  readonly port?: number
  readonly tokenFile?: string
  readonly maxRunning?: number
  readonly memoryMb?: number
  readonly logLevel?: LogLevel
  /** Milliseconds. */
  readonly pollInterval?: number
}

/** Replaces the file at once: who reads it sees the old or the new. @throws StoreError */
export function writeServerFile(path: string, server: ServerFile): void {
  const next = `${path}.next`
  try {
    writeFileSync(next, `${JSON.stringify(server, undefined, 2)}\n`, { mode: 0o600 })
    renameSync(next, path)
  } catch (error) {
    throw storeTrouble('say where the server is', path, error)
  }
}

/** Undefined where there is none. One that cannot be understood, as after a crash of the machine, counts as none. */
export function readServerFile(path: string): ServerFile | undefined {
  try {
    const server = JSON.parse(readFileSync(path, 'utf8')) as Partial<ServerFile> | null
    return Number.isSafeInteger(server?.pid) && Number.isSafeInteger(server?.port)
      ? (server as ServerFile)
      : undefined
  } catch {
    return undefined
  }
}

export function removeServerFile(path: string): void {
  rmSync(path, { force: true })
}

/** The server of the file if its process is alive; a process that has got its number since is not taken for it. */
export function readLiveServer(path: string): ServerFile | undefined {
  const server = readServerFile(path)
  return server !== undefined && isAlive(server) ? server : undefined
}

/** Where a program on this machine reaches a server that listens on `host`. */
export function localUrl({ host, port }: Pick<ServerFile, 'host' | 'port'>): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
