import type { LogLine } from '../../protocol/job-info.ts'

/** How much a line matters, from the least on. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

const levelOfWord: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  debug: 'debug',
  verbose: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'error',
  critical: 'error',
}

const words = Object.keys(levelOfWord).join('|')
/** `"level":"warn"`, `"level":40` as pino writes it, `level=warn`. */
const named = new RegExp(
  `(?:"(?:level|severity)"\\s*:\\s*"?|\\b(?:level|severity)=)(${words}|[1-6]0)\\b`,
  'i',
)
/** A time, as `10:00:00`, `[10:00:00]` or `2026-01-31 10:00:00`. */
const time = '(?:\\[?\\d[\\d:.,+TZ/-]{0,30}\\]?\\s+){0,2}'
/** `[warn]` or `warn:` at the beginning, behind a time perhaps. */
const marked = new RegExp(`^${time}(?:\\[(${words})\\]|(${words}):)`, 'i')
/** `WARN` there; in small letters it may be a word of a sentence. */
const loud = new RegExp(`^${time}(${words.toUpperCase()})\\b`)

/**
 * The level that a line names, as loggers write it. One that names none is `info`; of stderr `warn`, as that is where
 * `console.warn` and `console.error` write to.
 */
export function levelOf({ text, stream }: Pick<LogLine, 'text' | 'stream'>): LogLevel {
  const begin = text.slice(0, 300)
  const name = named.exec(begin)?.[1]
  if (name !== undefined)
    return /^\d/.test(name) ? levelOfNumber(Number(name)) : levelOfWord[name.toLowerCase()]!
  const [, bracketed, beforeColon] = marked.exec(begin) ?? []
  const word = bracketed ?? beforeColon ?? loud.exec(begin)?.[1]
  if (word !== undefined) return levelOfWord[word.toLowerCase()]!
  return stream === 'stderr' ? 'warn' : 'info'
}

const levelOfNumber = (level: number): LogLevel =>
  level >= 50 ? 'error' : level >= 40 ? 'warn' : level >= 30 ? 'info' : 'debug'
