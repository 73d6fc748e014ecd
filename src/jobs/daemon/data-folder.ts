import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { storeTrouble } from '../store/store-trouble.ts'

/** Where a server keeps everything, and what of it belongs to the server's own process. */
export interface DataFolder {
  /** Absolute. */
  readonly root: string
  /** An empty database that a server locks as long as it lives. */
  readonly lock: string
  /** Which process serves the folder, and where it listens. */
  readonly serverFile: string
  /** Where its settings are, unless they are elsewhere: YAML, written by its user. */
  readonly settings: string
  readonly database: string
  /** JSON lines. Older ones are in `server.log.1`, `server.log.2`, ... */
  readonly log: string
  /** What a server in the background has written to stderr since its start: what killed it, when it has a voice left. */
  readonly lastWords: string
}

/** The folder that `--data` names, else `$MILLRACE_HOME`, else `.millrace` in the user's home. */
export function dataFolder(
  path?: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): DataFolder {
  const root = resolve(path ?? (env['MILLRACE_HOME'] || join(homedir(), '.millrace')))
  const logs = join(root, 'logs')
  return {
    root,
    lock: join(root, 'server.lock'),
    database: join(root, 'jobs.db'),
    serverFile: join(root, 'server.json'),
    settings: join(root, 'server.yaml'),
    log: join(logs, 'server.log'),
    lastWords: join(logs, 'server.stderr'),
  }
}

/** Makes the folders, for their owner alone: they hold programs and secrets. @throws StoreError */
export function makeDataFolder(folder: DataFolder): void {
  for (const path of [folder.root, dirname(folder.log)]) {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw storeTrouble('make the data folder', path, error)
    }
  }
}
