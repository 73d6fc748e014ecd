import process from 'node:process'
import type { JobManagerClient } from '../../client/job-manager-client.ts'
import type { LogFilter } from '../../client/jobs-options.ts'
import type { JobInfo, LogLine, LogStream } from '../../protocol/job-info.ts'
import { realClock } from '../../time/real-clock.ts'
import { describeOutcome } from '../outcome/outcome.ts'
import { colorsOf } from '../output/colors.ts'
import { oneLine } from '../output/text-width.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'
import { tellSilence } from '../watch/tell-silence.ts'
import { RecordOutput } from './record-output.ts'
import { momentOf, type Since } from './since.ts'
import type { StreamFormat } from './stream-format.ts'

export interface LogsShown {
  readonly format: StreamFormat
  readonly follow?: boolean | undefined
  readonly tail?: number | undefined
  readonly since?: Since | undefined
  readonly stream?: LogStream | undefined
  readonly timestamps?: boolean | undefined
}

/** Lines asked for at a time. */
const PAGE = 1000

/** Writes the lines of a job to stdout: those there are and, following, those that come until it is over. */
export async function showLogs(
  { id }: JobInfo,
  { format, follow = false, tail, since, stream, timestamps = false }: LogsShown,
  { client, signal }: ServerConnection,
): Promise<void> {
  const filter: LogFilter = {
    last: tail,
    since: since === undefined ? undefined : momentOf(since, realClock.now()),
    stream,
  }
  const lines = follow ? client.followLogs(id, { ...filter, signal }) : thereAre(client, id, filter, signal)
  const textOf = ({ at, text }: LogLine): string => (timestamps ? `${at} ${text}` : text)
  const output = new RecordOutput<LogLine>(format, { textOf, signal })
  const { dim } = colorsOf(process.stderr)
  const gaps = new LogGaps(filter)
  const silence = follow ? tellSilence(client.heard$(id)) : null
  try {
    for await (const line of lines) {
      const missing = gaps.before(line)
      if (missing !== null) note(dim(missing))
      // A remark of the server's is nothing that the job has written.
      if (line.stream === 'system' && format === 'text' && stream !== 'system') {
        note(dim(`-- ${oneLine(textOf(line))}`))
      } else await output.write(line)
    }
  } finally {
    silence?.unsubscribe()
    output.end()
  }
  if (follow) note(describeOutcome(await client.jobs.get(id, { signal })))
}

async function* thereAre(
  client: JobManagerClient,
  id: string,
  { last, ...filter }: LogFilter,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void, void> {
  let page = await client.jobs.logs(id, { ...filter, last, limit: PAGE, signal })
  while (page.lines.length > 0) {
    yield* page.lines
    const after = page.lines.at(-1)!.seq
    if (page.lines.length < PAGE || after >= page.last) return
    page = await client.jobs.logs(id, { ...filter, after, limit: PAGE, signal })
  }
}

/** Tells where lines are missing: they are numbered without gaps, and the oldest are not kept for ever. */
class LogGaps {
  readonly #seesAll: boolean
  #next: number

  constructor({ last, since, stream }: LogFilter) {
    this.#seesAll = stream === undefined
    this.#next = last === undefined && since === undefined ? 1 : Infinity
  }

  before({ seq }: LogLine): string | null {
    const missing = seq - this.#next
    this.#next = seq + 1
    if (!this.#seesAll || missing <= 0) return null
    return missing === 1
      ? '-- a line that is not kept any more'
      : `-- ${missing} lines that are not kept any more`
  }
}
