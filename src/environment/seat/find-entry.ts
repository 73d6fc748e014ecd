import { realpathSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'

/** The file a program begins with. */
export interface ProgramEntry {
  /** Absolute path, without links. */
  readonly file: string
  /** Whether it is the program that runs here, whose submits so far are counted. */
  readonly isRunning: boolean
}

/** Variables that test runners set where they run tests. */
const runners = ['NODE_TEST_CONTEXT', 'VITEST', 'JEST_WORKER_ID']

const extensions = ['.js', '.ts', '.mjs', '.mts', '.cjs', '.cts', '.tsx', '.jsx']

/**
 * Finds the file of the program that a job is part of: `entry`, or the program that runs.
 * @throws InvalidArgumentError when there is none, or it cannot be the one that is meant.
 */
export function findEntry(
  entry: string | URL | undefined,
  { argv, env }: { readonly argv: readonly string[]; readonly env: NodeJS.ProcessEnv } = process,
): ProgramEntry {
  const running = argv[1] === undefined ? undefined : fileAt(resolve(argv[1]))
  if (entry !== undefined) {
    const path = toPath(entry)
    const file = fileAt(path)
    if (file === undefined) {
      throw unknown(
        `there is no file '${path}'`,
        'Pass the path or URL of a file: { entry: import.meta.url }.',
      )
    }
    return { file, isRunning: file === running }
  }
  const why = whyNot(argv[1], running, env)
  if (why !== undefined) {
    throw unknown(why, 'Name the file that records the pipeline and submits it: { entry: import.meta.url }.')
  }
  return { file: running as string, isRunning: true }
}

function whyNot(
  given: string | undefined,
  running: string | undefined,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (given === undefined || given === '-') return 'this process runs no file, but code typed in or piped'
  if (running === undefined) return `there is no file '${given}', which this process is said to run`
  if (/[\\/]node_modules[\\/]/.test(running))
    return `this process runs '${basename(running)}', a tool that runs others`
  const runner = runners.find((name) => env[name] !== undefined)
  if (runner !== undefined)
    return `this process runs tests (${runner} is set), and is no program to be run as a job`
  if (/\.(test|spec)\.\w+$/.test(running))
    return `'${basename(running)}' is a test, and no program to be run as a job`
  return undefined
}

function toPath(entry: string | URL): string {
  return entry instanceof URL || entry.startsWith('file:') ? fileURLToPath(entry) : resolve(entry)
}

/** The file as Node finds it: with or without its extension, or the index of a folder. */
function fileAt(path: string): string | undefined {
  const candidates = [
    path,
    ...extensions.map((end) => path + end),
    ...extensions.map((end) => join(path, `index${end}`)),
  ]
  const found = candidates.find(
    (candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile() === true,
  )
  return found === undefined ? undefined : realpathSync(found)
}

function unknown(why: string, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`The program of the job is not known: ${why}.`, { remedy })
}
