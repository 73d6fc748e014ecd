import './defer-uvu.ts'
import process from 'node:process'
import { exec, suite as createUvuSuite } from 'uvu'
import { activeResources } from './active-resources.ts'
import type { FileMessage, RunnerMessage } from './protocol.ts'
import { printableError } from './printable-error.ts'

export interface TestContext {
  /** Aborted when the test runs out of time. Pass it to whatever the test starts. */
  readonly signal: AbortSignal
  /** Registers work to be awaited after the test, last registered first, whether the test passed or not. */
  readonly cleanup: (work: () => unknown) => void
}

export interface TestOptions {
  /** Milliseconds for the test with its hooks and cleanup. 10 seconds unless told. */
  readonly timeout?: number
}

type Body = (context: TestContext) => unknown

export interface Test {
  (name: string, body: Body): void
  (name: string, options: TestOptions, body: Body): void
  skip(name: string, ...rest: unknown[]): void
  beforeEach(hook: Body): void
  afterEach(hook: Body): void
}

const defaultTimeout = 10_000
const leakTimeout = Number(process.env['TEST_LEAK_TIMEOUT'] ?? 5_000)
const { setTimeout, clearTimeout } = globalThis

const suiteNames = new Set<string>()
let state: 'collecting' | 'scheduled' | 'running' = 'collecting'
let ran = 0
let skipped = 0

/**
 * Declares a group of tests and runs it: there is no `run()` to forget. The body must be synchronous, every name
 * must be unique, and a suite without tests is an error. Each test gets a timeout and an AbortSignal.
 *
 * `node --import tsx some.test.ts words of a name` runs only the tests whose names contain the words.
 */
export const suite = (name: string, body: (test: Test) => void, options: TestOptions = {}): void => {
  if (state === 'running') {
    throw new Error(`suite "${name}" was declared after the run had started: declare suites synchronously`)
  }
  if (suiteNames.has(name)) throw new Error(`there are two suites named "${name}"`)
  suiteNames.add(name)
  declare(name, body, options)
  if (state === 'collecting') {
    state = 'scheduled'
    setTimeout(() => void run(), 0)
  }
}

const declare = (suiteName: string, body: (test: Test) => void, suiteOptions: TestOptions): void => {
  const uvuSuite = createUvuSuite(suiteName)
  const names = new Set<string>()
  const before: Body[] = []
  const after: Body[] = []

  const claim = (name: string): string => {
    if (names.has(name)) throw new Error(`suite "${suiteName}" has two tests named "${name}"`)
    names.add(name)
    return `${suiteName} > ${name}`
  }

  const add = (name: string, ...rest: [Body] | [TestOptions, Body]): void => {
    const fullName = claim(name)
    const [options, testBody] = rest.length === 1 ? [{}, rest[0]] : rest
    if (!isSelected(fullName)) return
    const timeout = options.timeout ?? suiteOptions.timeout ?? defaultTimeout
    uvuSuite(name, () => report(fullName, () => runTest(timeout, before, testBody, after)))
  }

  const skip = (name: string): void => {
    const fullName = claim(name)
    uvuSuite.skip(name)
    skipped++
    send({ type: 'ended', test: fullName, outcome: 'skipped' })
  }

  const returned: unknown = body(
    Object.assign(add, {
      skip,
      beforeEach: (hook: Body) => void before.push(hook),
      afterEach: (hook: Body) => void after.push(hook),
    }),
  )
  if (returned instanceof Promise) throw new Error(`the body of suite "${suiteName}" must be synchronous`)
  if (names.size === 0) throw new Error(`suite "${suiteName}" has no tests`)
  uvuSuite.run()
}

const wanted = process.argv.slice(2).join(' ')

const isSelected = (fullName: string): boolean => fullName.includes(wanted)

const report = async (test: string, runBody: () => Promise<void>): Promise<void> => {
  ran++
  send({ type: 'started', test })
  try {
    await runBody()
  } catch (error) {
    send({ type: 'ended', test, outcome: 'failed' })
    throw printableError(error)
  }
  send({ type: 'ended', test, outcome: 'passed' })
}

const runTest = async (
  timeout: number,
  before: readonly Body[],
  body: Body,
  after: readonly Body[],
): Promise<void> => {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const outOfTime = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`the test did not finish within ${timeout} ms`)
      controller.abort(error)
      reject(error)
    }, timeout)
  })
  try {
    await Promise.race([runSteps(controller.signal, before, body, after), outOfTime])
  } finally {
    clearTimeout(timer)
  }
}

const runSteps = async (
  signal: AbortSignal,
  before: readonly Body[],
  body: Body,
  after: readonly Body[],
): Promise<void> => {
  const cleanups: (() => unknown)[] = []
  const context: TestContext = { signal, cleanup: (work) => void cleanups.push(work) }
  const errors: unknown[] = []
  const attempt = async (step: () => unknown): Promise<void> => {
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  }

  for (const hook of before) if (errors.length === 0) await attempt(() => hook(context))
  if (errors.length === 0) await attempt(() => body(context))
  for (const hook of after) await attempt(() => hook(context))
  while (cleanups.length > 0) await attempt(cleanups.pop()!)

  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new AggregateError(errors, 'the test and its cleanup failed')
}

const run = async (): Promise<void> => {
  state = 'running'
  await exec()
  if (ran === 0 && (skipped === 0 || wanted !== '') && process.exitCode !== 1) {
    process.stderr.write(wanted ? `no test name contains "${wanted}"\n` : 'no test ran\n')
    process.exitCode = 1
  }
  send({ type: 'done' })
  // Does not keep the process alive: it fires only where something else does.
  setTimeout(failAsLeaking, leakTimeout).unref()
}

const failAsLeaking = (): void => {
  const resources = activeResources()
  process.stderr.write(
    `the tests are done but the process is kept alive by: ${resources.join(', ') || 'unknown'}\n`,
  )
  const exit = (): never => process.exit(1)
  if (process.send === undefined) exit()
  else process.send({ type: 'leaked', resources } satisfies FileMessage, exit)
}

const send = (message: FileMessage): void => {
  process.send?.(message)
}

process.on('message', (message: RunnerMessage) => {
  if (message.type === 'name-resources') send({ type: 'resources', resources: activeResources() })
})
// A runner that was killed leaves nothing behind.
process.on('disconnect', () => process.exit(1))
// A listener keeps the channel open, which would make every file look as if it leaked.
process.channel?.unref()
