import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { JobFolder } from './job-folder.ts'

/** How a job's process is started. */
export interface JobProcessCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** By which the process can be told from every other one. */
  readonly token: string
}

/** What a job's process gets of the server's own environment: no token or password that is in there by chance. */
const inherited = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'COMSPEC',
  'PATHEXT',
  'APPDATA',
  'LOCALAPPDATA',
  'USERPROFILE',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]

/** Where the token stands in the environment, so that what a process has started can be told, too. */
const TOKEN = 'MILLRACE_JOB_PROCESS'

/** Of the memory a job may have, the share that V8 gets for its heap; the rest is for buffers, code and stacks. */
const HEAP_SHARE = 0.75

export interface CommandOptions {
  readonly job: string
  readonly folder: JobFolder
  readonly memoryMb: number
  /** Of the program. */
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** Path of the module that is run: ours, except in tests. */
  readonly main?: string | undefined
}

export function jobProcessCommand(options: CommandOptions): JobProcessCommand {
  const { job, folder, memoryMb, env, secrets, main = mainModule() } = options
  const token = randomUUID()
  const heap = Math.max(1, Math.floor(memoryMb * HEAP_SHARE))
  const flags = [`--max-old-space-size=${heap}`, '--enable-source-maps', ...loaderFor(main)]
  return {
    file: process.execPath,
    args: [...flags, main, job, token],
    cwd: folder.work,
    env: { ...ownEnvironment(), ...env, ...secrets, MILLRACE_JOB_ID: job, [TOKEN]: token },
    token,
  }
}

/** Beside this module: in TypeScript where that is what runs here. */
function mainModule(): string {
  const built = fileURLToPath(new URL('../process/main.js', import.meta.url))
  return existsSync(built) ? built : fileURLToPath(new URL('../process/main.ts', import.meta.url))
}

/** Node 20 reads no TypeScript. The loader is found from here, as the process has its working directory elsewhere. */
function loaderFor(main: string): readonly string[] {
  return main.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : []
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    inherited.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
