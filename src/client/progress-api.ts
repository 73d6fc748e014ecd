import { isSettled } from '../job/job-status.ts'
import {
  type InlineProgress,
  inlineProgressSchema,
  type ProgressList,
  progressListSchema,
  type ProgressReport,
  progressReportSchema,
} from '../protocol/progress-report.ts'
import { delay } from '../time/delay.ts'
import { failureOf } from './passing-failure.ts'
import { readJson } from './read-answer.ts'
import type { CallOptions, Transport } from './transport.ts'

/** Seconds that the server is asked to wait for something new. */
const WAIT = 30

/**
 * How far jobs are, and what they do, wherever they run. Obtained as `client.progress`. Methods of one job reject with
 * JobNotFoundError where there is no such job.
 */
export class ProgressApi {
  readonly #transport: Transport

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** In one line. A job that runs elsewhere is asked for there, unless that was done a moment ago. */
  inline(id: string, options?: CallOptions): Promise<InlineProgress> {
    const path = `api/v1/jobs/${encodeURIComponent(id)}/inline-progress`
    return this.#transport.call(
      {
        method: 'GET',
        path,
        repeatable: true,
        read: (response, label) => readJson(response, label, inlineProgressSchema),
      },
      options,
    )
  }

  /** At length, with where each figure comes from. A job that runs elsewhere is asked for as with `inline`. */
  get(id: string, options?: CallOptions): Promise<ProgressReport> {
    return this.#transport.call(
      {
        method: 'GET',
        path: pathOf(id),
        repeatable: true,
        read: (response, label) => readJson(response, label, progressReportSchema),
      },
      options,
    )
  }

  /** Of up to 200 jobs, as far as the server knows: nobody else is asked. */
  of(ids: readonly string[], options?: CallOptions): Promise<ProgressList> {
    return this.#transport.call(
      {
        method: 'POST',
        path: 'api/v1/jobs/progress',
        json: { ids },
        repeatable: true,
        read: (response, label) => readJson(response, label, progressListSchema),
      },
      options,
    )
  }

  /**
   * How far a job is now, and each time that this has changed; it ends when the job is over. What is not asked for is
   * passed over: the next one is as things are then. Goes on over lost connections, as long as `patience` lasts.
   */
  async *follow(
    id: string,
    { signal = new AbortController().signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<ProgressReport, void, void> {
    const { clock, wait, pollInterval } = this.#transport.settings
    let seen: string | undefined
    for (let failures = 0; ;) {
      let pause = pollInterval
      try {
        const { report, etag } = await this.#look(id, seen, signal)
        failures = 0
        seen = etag ?? seen
        if (report !== undefined) {
          yield report
          if (isSettled(report.status)) return
        }
      } catch (error) {
        if (!this.#transport.mayGoOn(error, ++failures)) throw error
        pause = Math.max(wait(failures), failureOf(error).retryAfter ?? 0)
      }
      await delay(clock, pause, [signal, this.#transport.closed])
    }
  }

  /** Once, when it is something else than what was seen, or after a while; undefined: it is not. */
  #look(id: string, seen: string | undefined, signal: AbortSignal): Promise<Look> {
    const { timeout } = this.#transport.settings
    return this.#transport.call<Look>(
      {
        method: 'GET',
        path: pathOf(id),
        headers: seen === undefined ? {} : { 'if-none-match': seen, prefer: `wait=${WAIT}` },
        repeatable: true,
        attempts: 0,
        alsoReads: [304],
        read: async (response, label) => {
          const etag = response.headers.get('etag') ?? undefined
          if (response.status !== 304)
            return { etag, report: await readJson(response, label, progressReportSchema) }
          await response.body?.cancel()
          return { etag, report: undefined }
        },
      },
      { signal, timeout: timeout + WAIT * 1000 },
    )
  }
}

interface Look {
  readonly report: ProgressReport | undefined
  readonly etag: string | undefined
}

const pathOf = (id: string): string => `api/v1/jobs/${encodeURIComponent(id)}/progress`
