import { spawn } from 'node:child_process'
import process from 'node:process'
import { MillraceError } from '../../errors/millrace-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { untilInterrupted } from '../interrupts.ts'
import { findTestFiles } from './find-test-files.ts'

/** There are no tests to run. */
export class TestRunError extends MillraceError {
  constructor(message: string, remedy: string) {
    super('ERR_TEST_RUN', message, { remedy })
  }
}

export interface TestRun {
  readonly filters: readonly string[]
  readonly watch: boolean
  readonly nodeOptions: readonly string[]
}

/** Runs the tests below the working folder with Node's test runner. The exit code is its own. */
export async function runTests({ filters, watch, nodeOptions }: TestRun): Promise<void> {
  const folder = process.cwd()
  const files = findTestFiles(folder, filters)
  if (files.length === 0) {
    throw filters.length === 0
      ? new TestRunError(`There are no tests in ${folder}.`, 'call them *.test.ts, or go to their project')
      : new TestRunError(`No test file is called like ${filters.join(' or ')}.`, 'give a part of its path')
  }
  const flags = [
    '--import',
    import.meta.resolve('tsx'),
    '--test',
    ...(watch ? ['--watch'] : []),
    ...nodeOptions,
  ]
  process.exitCode = await untilInterrupted((signal) => runNode([...flags, ...files], signal))
}

/** Ctrl-C in a terminal reaches it too; the signal is for when it comes from elsewhere. */
function runNode(args: readonly string[], signal: AbortSignal): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit', signal })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? exitCodes.failed))
  })
}
