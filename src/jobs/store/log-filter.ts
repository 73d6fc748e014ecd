import type { LogLine, LogStream } from '../../protocol/job-info.ts'

/** Which lines of a job's log are wanted, of those there are. */
export interface LogFilter {
  /** Only what the newest so many are among. */
  readonly last?: number | undefined
  /** Written then or later: ISO 8601 in UTC, with milliseconds, as lines have it. */
  readonly since?: string | undefined
  readonly stream?: LogStream | undefined
}

export const passesFilter = ({ at, stream }: LogLine, filter: LogFilter): boolean =>
  (filter.stream === undefined || stream === filter.stream) &&
  (filter.since === undefined || at >= filter.since)
