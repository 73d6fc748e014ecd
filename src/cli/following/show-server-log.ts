import process from 'node:process'
import { logLines } from '../../jobs/daemon/log-lines.ts'
import { prettyLine } from '../../jobs/daemon/pretty-line.ts'
import type { LogLevel } from '../../jobs/daemon/server-log.ts'
import { realClock } from '../../time/real-clock.ts'
import { hasColors } from '../output/colors.ts'
import { RecordOutput } from './record-output.ts'
import type { StreamFormat } from './stream-format.ts'

export interface ServerLogShown {
  readonly format: StreamFormat
  readonly follow: boolean
  readonly tail?: number | undefined
  readonly level?: LogLevel | undefined
}

/** As pino writes them. */
const numbers: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50 }

/** Writes a job server's own log to stdout. */
export async function showServerLog(
  path: string,
  { format, follow, tail, level = 'debug' }: ServerLogShown,
  signal: AbortSignal,
): Promise<void> {
  const colors = hasColors(process.stdout)
  const output = new RecordOutput<string>(format, {
    textOf: (line) => prettyLine(line, colors).trimEnd(),
    jsonOf: (line) => JSON.stringify(entryOf(line)),
    signal,
  })
  const lines = logLines(path, {
    last: tail,
    isWanted: (line) => level === 'debug' || entryOf(line).level >= numbers[level],
    follow: follow ? { clock: realClock, signal } : undefined,
  })
  try {
    for await (const line of lines) await output.write(line)
  } finally {
    output.end()
  }
}

/** A line that is no entry is shown as a message of the highest level: nobody knows what it is. */
function entryOf(line: string): { readonly level: number } {
  try {
    return JSON.parse(line) as { readonly level: number }
  } catch {
    return { level: numbers.error, msg: line } as { readonly level: number }
  }
}
