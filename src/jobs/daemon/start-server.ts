import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { ServerStartError } from '../../errors/daemon-errors.ts'
import type { Clock } from '../../time/clock.ts'
import { delay } from '../../time/delay.ts'
import { type DataFolder, makeDataFolder } from './data-folder.ts'
import { lastLines } from './last-lines.ts'
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

/** How many lines are shown of what a server has said that did not come up. */
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
  const said: string[] = []
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    said.push(...text.split('\n').filter((line) => line !== ''))
    said.splice(0, said.length - LINES)
  })
  let ended: string | undefined
  child.once('error', (error) => (ended = `cannot be run: ${error.message}`))
  child.once('close', (code, signal) => {
    ended = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`
  })
  const deadline = clock.monotonic() + options.wait
  while (clock.monotonic() < deadline) {
    if (ended !== undefined)
      throw notStarted(`the server ${ended}`, [...said, ...lastLines(folder.lastWords, LINES)])
    const server = readServerFile(folder.serverFile)
    if (server?.pid === pid && server?.state === 'running' && (await isReady(server, clock))) {
      leave(child)
      return server
    }
    await delay(clock, LOOK)
  }
  leave(child)
  const { log } = folder
  throw notStarted(`the server, process ${pid}, is not ready after ${options.wait / 1000} s`, said, {
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
        stdio: ['pipe', 'pipe', lastWords],
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
  const { host, port, tokenFile, maxRunning, memoryMb, token, logLevel, settings, pollInterval } = options
  return Object.entries({
    '--data': folder.root,
    '--settings': settings,
    '--host': host,
    '--port': port,
    '--token-file': token === undefined ? tokenFile : '-',
    '--max-running': maxRunning,
    '--memory': memoryMb,
    '--log-level': logLevel,
    '--poll-interval': pollInterval === undefined ? undefined : pollInterval / 1000,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]))
}

/** It goes on without us. */
function leave(child: ChildProcess): void {
  child.stdout!.destroy()
  child.unref()
}

function notStarted(
  message: string,
  said: readonly string[],
  details: { readonly remedy?: string } = {},
): ServerStartError {
  return new ServerStartError([message, ...said.map((line) => `  ${line}`)].join('\n'), details)
}
