import process from 'node:process'
import { type Logger, silentLogger } from '../functions/logger.ts'

/** Warnings and errors as lines of the job's log: of a job on a server that is the place to look at. */
export const lineLogger: Logger = {
  ...silentLogger,
  warn: (message) => void process.stderr.write(`${message}\n`),
  error: (message) => void process.stderr.write(`${message}\n`),
  child: () => lineLogger,
}
