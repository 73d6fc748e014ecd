import { type ChildProcess, spawn } from 'node:child_process'
import os from 'node:os'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { typescript } from './node-arguments.ts'
import type { FileMessage, RunnerMessage } from './protocol.ts'

export interface RunOptions {
  /** How many files run at the same time. Half as many again as there are cores unless told: many files wait a lot. */
  readonly jobs?: number
  /** Milliseconds that a file may take. Three minutes unless told. */
  readonly fileTimeout?: number
  readonly environment?: Readonly<Record<string, string>>
  /** Called as each file ends. */
  readonly onFile?: (result: FileResult) => void
}

export interface FileResult {
  readonly file: string
  readonly passed: number
  /** Counts failed tests, and one more where the file itself failed. */
  readonly failed: number
  readonly skipped: number
  /** Names of those. */
  readonly skippedTests: readonly string[]
  /** Why the file failed as a whole: it hung, leaked, crashed or had no tests. */
  readonly problem: string | undefined
  readonly output: string
  readonly milliseconds: number
}

/** Runs each test file in a process of its own. */
export const runFiles = async (files: readonly string[], options: RunOptions = {}): Promise<FileResult[]> => {
  const queue = [...files]
  const results: FileResult[] = []
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const result = await runFile(file, options)
      results.push(result)
      options.onFile?.(result)
    }
  }
  await Promise.all(
    Array.from({ length: options.jobs ?? Math.ceil(1.5 * os.availableParallelism()) }, worker),
  )
  return results.sort((a, b) => (a.file < b.file ? -1 : 1))
}

const defaultFileTimeout = 300_000

/** What a file has told about itself so far. */
interface Progress {
  passed: number
  failed: number
  skipped: number
  readonly skippedTests: string[]
  running: string | undefined
  done: boolean
  leaked: readonly string[] | undefined
  output: string
}

const runFile = async (file: string, options: RunOptions): Promise<FileResult> => {
  const started = performance.now()
  const progress: Progress = {
    passed: 0,
    failed: 0,
    skipped: 0,
    skippedTests: [],
    running: undefined,
    done: false,
    leaked: undefined,
    output: '',
  }
  const child = spawn(process.execPath, [...typescript(), file], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...options.environment },
    // A group of its own, so that whatever the file has started can be ended with it.
    detached: true,
  })
  live.add(child)
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (progress.output += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (progress.output += text))
  child.on('message', (message: FileMessage) => record(progress, message))

  const timeout = options.fileTimeout ?? defaultFileTimeout
  const hang = new AbortController()
  const [exit, hungOn] = await Promise.all([
    ended(child).finally(() => hang.abort()),
    watch(child, timeout, hang.signal),
  ])
  live.delete(child)

  const problem = hungOn === undefined ? problemOf(progress, exit) : describeHang(progress, timeout, hungOn)
  return {
    file,
    passed: progress.passed,
    failed: progress.failed + (problem === undefined ? 0 : 1),
    skipped: progress.skipped,
    skippedTests: progress.skippedTests,
    problem,
    output: progress.output,
    milliseconds: performance.now() - started,
  }
}

const record = (progress: Progress, message: FileMessage): void => {
  switch (message.type) {
    case 'started':
      progress.running = message.test
      return
    case 'ended':
      progress[message.outcome]++
      if (message.outcome === 'skipped') progress.skippedTests.push(message.test)
      progress.running = undefined
      return
    case 'done':
      progress.done = true
      return
    case 'leaked':
      progress.leaked = message.resources
      return
    case 'resources':
      return
    default:
      message satisfies never
  }
}

/** Resolves to how the process ended, once all that it has written and sent has arrived. */
const ended = (child: ChildProcess): Promise<string | undefined> =>
  new Promise((resolve) => {
    const finish = (): void =>
      resolve(child.signalCode ?? (child.exitCode === 0 ? undefined : `code ${child.exitCode}`))
    child.once('close', finish)
    child.once('error', finish)
    // A process that the file has started may hold its output open, and then `close` never comes.
    child.once('exit', () => {
      setTimeout(() => {
        endGroup(child)
        setTimeout(finish, 500).unref()
      }, 1_500).unref()
    })
  })

/** Ends a file that takes too long, and resolves to what kept it alive, or undefined where it ended by itself. */
const watch = async (
  child: ChildProcess,
  timeout: number,
  signal: AbortSignal,
): Promise<string | undefined> => {
  try {
    await delay(timeout, undefined, { signal })
  } catch {
    return undefined
  }
  const resources = await askForResources(child)
  endGroup(child)
  return resources
}

const askForResources = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve('it does not answer, so its event loop is blocked'), 2_000)
    child.on('message', (message: FileMessage) => {
      if (message.type !== 'resources') return
      clearTimeout(timer)
      resolve(`kept alive by ${message.resources.join(', ') || 'nothing but a promise that never settles'}`)
    })
    child.send({ type: 'name-resources' } satisfies RunnerMessage, () => undefined)
  })

const describeHang = ({ running, done }: Progress, timeout: number, resources: string): string => {
  const where = running === undefined ? (done ? 'after its tests' : 'outside of any test') : `in "${running}"`
  return `hung: not finished within ${timeout} ms, ${where}; ${resources}`
}

const problemOf = (progress: Progress, exit: string | undefined): string | undefined => {
  if (progress.leaked !== undefined) {
    return `leaked: its tests are done but the process is kept alive by ${progress.leaked.join(', ') || 'unknown'}`
  }
  if (progress.running !== undefined) return `ended with ${exit ?? 'code 0'} in "${progress.running}"`
  if (!progress.done) return `ended with ${exit ?? 'code 0'} before its tests were done`
  if (progress.passed + progress.failed + progress.skipped === 0) return 'has no tests'
  if (exit !== undefined && progress.failed === 0) return `ended with ${exit} though every test passed`
  return undefined
}

const live = new Set<ChildProcess>()

const endGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

/** Ends every file that is still running. */
export const endAll = (): void => {
  for (const child of live) endGroup(child)
}
