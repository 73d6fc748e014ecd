import process from 'node:process'
import type { Subscription } from 'rxjs'
import type { JobEvent } from '../../protocol/job-event.ts'
import { realClock } from '../../time/real-clock.ts'
import { findJob } from '../job-reference/find-job.ts'
import { colorsOf } from '../output/colors.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'
import { heard$ } from '../watch/heard.ts'
import { tellSilence } from '../watch/tell-silence.ts'
import { eventLine } from './event-line.ts'
import { RecordOutput } from './record-output.ts'
import { momentOf, type Since } from './since.ts'
import type { StreamFormat } from './stream-format.ts'

export interface EventsShown {
  readonly format: StreamFormat
  readonly follow?: boolean | undefined
  readonly job?: string | undefined
  readonly since?: Since | undefined
  /** Id of an event. */
  readonly after?: number | undefined
}

/** Events asked for at a time. */
const PAGE = 1000

/** Names that are remembered. */
const NAMES = 10_000

/** Writes events to stdout: those that are kept and, following, those that come until the signal is aborted. */
export async function showEvents(
  { format, follow = false, job, since, after }: EventsShown,
  connection: ServerConnection,
): Promise<void> {
  const { client, signal } = connection
  const names = new JobNames(connection)
  const colors = colorsOf(process.stdout)
  const output = new RecordOutput<JobEvent>(format, {
    textOf: async (event) => eventLine(event, await names.of(event), colors),
    signal,
  })
  const id = job === undefined ? undefined : (await findJob(job, connection)).id
  const from = since === undefined ? undefined : momentOf(since, realClock.now())
  let seen = after
  let silence: Subscription | null = null
  try {
    if (!follow || from !== undefined || after !== undefined) {
      for (;;) {
        const page = await client.events({ job: id, from, since: seen, limit: PAGE, signal })
        if (seen !== undefined && page.first > seen + 1 && page.items.length > 0) note(gone(page.first))
        for (const event of page.items) await output.write(event)
        const isLast = page.items.length < PAGE
        seen = isLast ? page.last : page.items.at(-1)!.id
        if (isLast) break
      }
    }
    if (!follow) return
    silence = tellSilence(heard$(client, id))
    for await (const event of client.followEvents({ job: id, since: seen, signal })) {
      if (event.type === 'gap') note(gone(event.firstKept))
      else await output.write(event)
    }
  } finally {
    silence?.unsubscribe()
    output.end()
  }
}

const gone = (firstKept: number): string =>
  `-- events before ${firstKept} are not kept any more, some that were asked for among them: look at the jobs themselves`

/** Names of jobs whose events do not tell them. */
class JobNames {
  readonly #connection: ServerConnection
  readonly #known = new Map<string, string>()

  constructor(connection: ServerConnection) {
    this.#connection = connection
  }

  /** Empty where the job is gone. */
  async of(event: JobEvent): Promise<string> {
    const { job } = event
    if ('summary' in event && event.summary !== undefined) return this.#learn(job, event.summary.name)
    const known = this.#known.get(job)
    if (known !== undefined) return known
    const { client, signal } = this.#connection
    try {
      return this.#learn(job, (await client.jobs.get(job, { signal })).name)
    } catch {
      return this.#learn(job, '')
    }
  }

  #learn(job: string, name: string): string {
    if (this.#known.size >= NAMES) this.#known.clear()
    this.#known.set(job, name)
    return name
  }
}
