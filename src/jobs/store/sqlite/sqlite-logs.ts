import { Buffer } from 'node:buffer'
import type { LogLine } from '../../../protocol/job-info.ts'
import type { JobStoreLimits } from '../job-store-options.ts'
import type { NumberRange } from '../job-store.ts'
import type { LogFilter } from '../log-filter.ts'
import { logText } from '../log-text.ts'
import type { Database } from './database.ts'

interface LogRow {
  readonly seq: number
  readonly at: string
  readonly stream: LogLine['stream']
  readonly text: ArrayBuffer
}

/** Log lines of jobs, which go by their numbers. */
export class SqliteLogs {
  readonly #database: Database
  readonly #limits: JobStoreLimits

  constructor(database: Database, limits: JobStoreLimits) {
    this.#database = database
    this.#limits = limits
  }

  add(job: number, lines: readonly Omit<LogLine, 'seq'>[]): readonly LogLine[] {
    const before = this.range(job).last
    const written = lines.map(({ at, stream, text }, index) => ({
      seq: before + index + 1,
      at,
      stream,
      text: logText(text, this.#limits.logLineBytes),
    }))
    const oldest = before + lines.length - this.#limits.logLines
    for (const { seq, at, stream, text } of written) {
      if (seq <= oldest) continue
      const sql = 'INSERT INTO logs (job, seq, at, stream, text) VALUES (?, ?, ?, ?, ?)'
      this.#database.run(sql, job, seq, at, stream, Buffer.from(text))
    }
    this.#database.run('DELETE FROM logs WHERE job = ? AND seq <= ?', job, oldest)
    return written
  }

  read(job: number, after: number, limit: number, { last, since, stream }: LogFilter): readonly LogLine[] {
    let where = 'WHERE job = ? AND seq > ?'
    const values: (number | string)[] = [job, after]
    if (since !== undefined) {
      where += ' AND at >= ?'
      values.push(since)
    }
    if (stream !== undefined) {
      where += ' AND stream = ?'
      values.push(stream)
    }
    if (last !== undefined) {
      // Of no line at all the least number is null, and none is behind that.
      where += ` AND seq >= (SELECT min(seq) FROM (SELECT seq FROM logs ${where} ORDER BY seq DESC LIMIT ?))`
      values.push(...values, last)
    }
    return this.#database
      .all<LogRow>(`SELECT seq, at, stream, text FROM logs ${where} ORDER BY seq LIMIT ?`, ...values, limit)
      .map(({ text, ...line }) => ({ ...line, text: Buffer.from(text).toString() }))
  }

  range(job: number): NumberRange {
    const sql = `SELECT (SELECT min(seq) FROM logs WHERE job = ?) AS first, (SELECT max(seq) FROM logs WHERE job = ?) AS last`
    const row = this.#database.get<{ first: number | null; last: number | null }>(sql, job, job)!
    return { first: row.first ?? 0, last: row.last ?? 0 }
  }
}
