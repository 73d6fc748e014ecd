import type { Observable } from 'rxjs'
import { tapBatchSchema, tapListSchema } from '../protocol/taps.ts'
import type { TapBatch, TapPoint } from '../runtime/taps/tap-point.ts'
import { JobNotRunningError } from '../errors/job-server-errors.ts'
import { streamEvents } from './event-stream.ts'
import { fromGenerator } from './from-generator.ts'
import { parseAs, readJson } from './read-answer.ts'
import type { CallOptions, Transport } from './transport.ts'

/**
 * Records of jobs that run. Obtained as `client.taps`. Methods reject with JobNotFoundError for a job that is not there,
 * with JobNotRunningError for one that does not run, and with ForeignJobError for one that runs elsewhere.
 */
export class TapsApi {
  readonly #transport: Transport

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Where records can be looked at. Operators that are one loop have no edge between them. */
  async list(job: string, options?: CallOptions): Promise<readonly TapPoint[]> {
    const { items } = await this.#transport.call(
      {
        method: 'GET',
        path: pathOf(job),
        repeatable: true,
        read: (response, label) => readJson(response, label, tapListSchema),
      },
      options,
    )
    return items
  }

  /**
   * Some of the records that go by at a point from now on, at most 20 a second, by the id that `list` gives. The job's
   * process shows records only while somebody looks. It completes when the job runs no more; a connection that is lost is
   * opened again, and nobody knows what went by meanwhile. Needs a token with the scope `submit`.
   *
   * Errors: TapNotFoundError, ForbiddenError, and those above.
   */
  watch$(job: string, point: string): Observable<TapBatch> {
    return fromGenerator((signal) => this.watch(job, point, { signal }))
  }

  /** The same, to be asked for batch by batch: what is not asked for is left out. */
  async *watch(
    job: string,
    point: string,
    { signal = new AbortController().signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<TapBatch, void, void> {
    const path = `${pathOf(job)}/${encodeURIComponent(point)}/stream`
    let seen = false
    try {
      for await (const notice of streamEvents(this.#transport, { path, query: () => ({}) }, signal)) {
        seen ||= notice.type === 'open'
        if (notice.type !== 'message' || notice.message.event !== 'records') continue
        yield parseAs(notice.message.data, path, tapBatchSchema)
      }
    } catch (error) {
      // It ran, and does no more.
      if (!seen || !(error instanceof JobNotRunningError)) throw error
    }
  }
}

const pathOf = (job: string): string => `api/v1/jobs/${encodeURIComponent(job)}/taps`
