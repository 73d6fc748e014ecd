import pino from 'pino'
import type { Logger } from '../../functions/logger.ts'
import type { Clock } from '../../time/clock.ts'
import { prettyLine } from './pretty-line.ts'
import { RotatingFile, type RotatingFileOptions } from './rotating-file.ts'

export interface ServerLogOptions extends Omit<RotatingFileOptions, 'describeLost'> {
  readonly path: string
  readonly clock: Pick<Clock, 'now'>
  readonly level?: LogLevel | undefined
  /** Gets every line too, as people read it. */
  readonly terminal?: { write(text: string): unknown; readonly isTTY?: boolean } | undefined
}

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export interface ServerLog {
  readonly logger: Logger
  close(): void
}

/** Fields that must not be in a log, whoever passes them. */
const secrets = ['token', '*.token', 'secrets', '*.secrets', 'authorization', '*.authorization']

/** The log of a server: JSON lines in a file that rotates. */
export function openServerLog(options: ServerLogOptions): ServerLog {
  const { path, clock, level = 'info', terminal, ...rotation } = options
  const now = (): string => new Date(clock.now()).toISOString()
  const file = new RotatingFile(path, {
    ...rotation,
    describeLost: (lines) =>
      `${JSON.stringify({ level: 40, time: now(), pid: process.pid, lines, msg: 'lines of this log were lost' })}\n`,
  })
  const colours = terminal?.isTTY === true && process.env['NO_COLOR'] === undefined
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: () => `,"time":"${now()}"`,
      redact: secrets,
    },
    {
      write(line: string): void {
        file.write(line)
        terminal?.write(prettyLine(line, colours))
      },
    },
  )
  return { logger: asLogger(logger), close: () => file.close() }
}

/** Pino takes the fields first, and shows errors that are called `err`. */
function asLogger(logger: pino.Logger): Logger {
  const fieldsOf = ({ error, ...fields }: { error?: unknown }): object =>
    error instanceof Error ? { ...fields, err: error } : error === undefined ? fields : { ...fields, error }
  return {
    debug: (message, fields = {}) => logger.debug(fieldsOf(fields), message),
    info: (message, fields = {}) => logger.info(fieldsOf(fields), message),
    warn: (message, fields = {}) => logger.warn(fieldsOf(fields), message),
    error: (message, fields = {}) => logger.error(fieldsOf(fields), message),
    child: (fields) => asLogger(logger.child(fields)),
  }
}
