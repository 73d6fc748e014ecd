import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { running, typescript } from '../support/node-arguments.ts'

export interface Run {
  readonly stdout: string
  readonly stderr: string
  /** Null where a signal ended the process. */
  readonly code: number | null
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Run>
  /** Resolves when the process has written something that matches. */
  saw(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void>
}

/** Where a program looks for itself, or what lies beside it, it has to be where it is. */
const looksForFiles = (file: string): boolean =>
  /import\.meta|RemoteEnvironment|ClusterEnvironment|remote: true|placement: 'thread'|argv\[1\]/.test(
    readFileSync(file, 'utf8'),
  )

/** Starts a program of the examples as a user would. `signal` ends it, whatever it does. */
export function startExample(file: string, args: readonly string[], signal: AbortSignal): Running {
  const program = looksForFiles(file) ? [...typescript(), file] : running(file)
  const child = spawn(process.execPath, [...program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([stdout, stderr, [code]]) => ({ stdout, stderr, code: code as number | null }),
  )
  ended.catch(() => {})
  const saw = (stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void> =>
    new Promise((resolve) => {
      let written = ''
      child[stream]?.on('data', (chunk: Buffer) => {
        written += chunk.toString()
        if (pattern.test(written)) resolve()
      })
    })
  return { child, ended, saw }
}

/** Runs a program of the examples to its end, which it must come to by itself. */
export function runExample(file: string, args: readonly string[], signal: AbortSignal): Promise<Run> {
  return startExample(file, args, signal).ended
}
