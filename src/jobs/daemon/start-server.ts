import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { ServerStartError } from '../../errors/daemon-errors.ts'
import type { Clock } from '../../time/clock.ts'
import { delay } from '../../time/delay.ts'
import { type DataFolder, makeDataFolder } from './data-folder.ts'
import { lastLines, lastLogLines } from './last-lines.ts'
import { isReady } from './probe.ts'
import { type KeptOptions, readServerFile, type ServerFile } from './server-file.ts'

export interface StartServerOptions extends KeptOptions {
  /** Handed to the server where nobody can see it: neither in its command line nor in its environment. */
  readonly token?: string | undefined
  /** Milliseconds for it to become ready. */
  readonly wait: number
}

/** How the command is called, so that the server is called the same way: node's options, and the script. */
export interface Command {
  readonly execPath: string
  readonly execArgv: readonly string[]
  readonly script: string
}

/** Milliseconds between looks. */
const LOOK = 50

const LINES = 12

/**
 * Starts a server in the background, in a session of its own, and resolves once it answers that it is ready.
 * @throws ServerStartError when it has ended, with what it said last, or is not ready in time; then it is left alone.
 */
export async function startServer(
  folder: DataFolder,
  options: StartServerOptions,
  command: Command,
  clock: Clock,
): Promise<ServerFile> {
  makeDataFolder(folder)
  const child = launch(folder, options, command)
  const { pid } = child
  let ended: string | undefined
  child.once('error', (error) => (ended = `cannot be run: ${error.message}`))
  child.once('exit', (code, signal) => {
    ended = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`
  })
  const deadline = clock.monotonic() + options.wait
  while (clock.monotonic() < deadline) {
    if (ended !== undefined) throw notStarted(`the server ${ended}`, folder, pid)
    const server = readServerFile(folder.serverFile)
    if (server?.pid === pid && server?.state === 'running' && (await isReady(server, clock))) {
      child.unref()
      return server
    }
    await delay(clock, LOOK)
  }
  child.unref()
  const { log } = folder
  throw notStarted(`the server, process ${pid}, is not ready after ${options.wait / 1000} s`, folder, pid, {
    remedy: `it is still there: look at its log ${log}, wait on, or stop it`,
  })
}

function launch(folder: DataFolder, options: StartServerOptions, command: Command): ChildProcess {
  const { execPath, execArgv, script } = command
  const { MILLRACE_TOKEN: _, ...env } = process.env
  const lastWords = openSync(folder.lastWords, 'w', 0o600)
  try {
    const child = spawn(
      execPath,
      [...execArgv, script, 'jobmanager', 'run', ...argumentsFor(folder, options)],
      {
        cwd: folder.root,
        detached: true,
        env,
        stdio: ['pipe', 'ignore', lastWords],
      },
    )
    // One that has ended takes nothing more.
    child.stdin!.on('error', () => {})
    child.stdin!.end(options.token ?? '')
    return child
  } finally {
    closeSync(lastWords)
  }
}

function argumentsFor(folder: DataFolder, options: StartServerOptions): readonly string[] {
  const { host, port, tokenFile, maxRunning, memoryMb, token, logLevel } = options
  return Object.entries({
    '--data': folder.root,
    '--host': host,
    '--port': port,
    '--token-file': token === undefined ? tokenFile : '-',
    '--max-running': maxRunning,
    '--memory': memoryMb,
    '--log-level': logLevel,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]))
}

function notStarted(
  message: string,
  folder: DataFolder,
  pid: number | undefined,
  details: { readonly remedy?: string } = {},
): ServerStartError {
  const said = [
    ...(pid === undefined ? [] : lastLogLines(folder.log, LINES, pid)),
    ...lastLines(folder.lastWords, LINES),
  ].map((line) => `  ${line}`)
  return new ServerStartError([message, ...said].join('\n'), details)
}
