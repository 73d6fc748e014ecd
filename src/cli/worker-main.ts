// A worker and nothing else: what is bundled for machines where this package is not installed. What a command line would
// say stands in MILLRACE_WORKER, as JSON.

import process from 'node:process'
import { MillraceError } from '../errors/millrace-error.ts'
import { exitCodeOfError } from './exit-codes.ts'
import { runWorker, type WorkerGiven } from './run-worker.ts'

const { MILLRACE_WORKER: given } = process.env
if (given === undefined) throw new Error('There is no MILLRACE_WORKER in the environment.')
// It is not for the programs that run here.
delete process.env['MILLRACE_WORKER']
try {
  await runWorker(JSON.parse(given) as WorkerGiven)
} catch (error) {
  const text = error instanceof MillraceError ? error.message : ((error as Error).stack ?? String(error))
  process.stderr.write(`millrace: ${text}\n`, () => process.exit(exitCodeOfError(error)))
}
