import type { Observable } from 'rxjs'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { JobNotFoundError } from '../errors/job-server-errors.ts'
import type { LogPage } from '../protocol/answers.ts'
import { type LogLine, logLineSchema } from '../protocol/job-info.ts'
import { delay } from '../time/delay.ts'
import { EventConnection, type EventRequest } from './event-connection.ts'
import type { LogFilter } from './jobs-options.ts'
import { deletedMeanwhile, type JobView } from './job-watch.ts'
import { failureOf } from './passing-failure.ts'
import { parseAs } from './read-answer.ts'
import type { Transport } from './transport.ts'

export interface LogsOptions extends LogFilter {
  /** Number of the last line that was seen; default 0: from the first that is kept. */
  readonly after?: number | undefined
}

export interface LogsContext {
  readonly transport: Transport
  readonly watch: (id: string) => Observable<JobView>
  /** Asks for lines once. */
  readonly read: (id: string, after: number, filter: LogFilter, signal: AbortSignal) => Promise<LogPage>
}

/**
 * The lines of a job until it is over and all of them were given: each once and in order, however often the connection
 * is lost. They are asked for in pages until there are no more, and then over a stream; while that cannot be had, in
 * pages again. Nothing is read ahead but one page, or one piece of the stream.
 *
 * @throws JobDeletedError when the job is not there any more; what a request is refused with, unless that may pass.
 */
export async function* followLogs(
  context: LogsContext,
  id: string,
  { after = 0, ...filter }: LogsOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void, void> {
  const end = new JobEnd(context.watch(id), signal)
  const log = new LogReader(context, id, after, filter, end.signal)
  try {
    for (;;) {
      // Asked before the lines are: those of a job that is over are all there.
      const { isOver } = end
      yield* log.pages(signal)
      if (isOver) return
      yield* log.live()
      end.throwFailure()
      if (!end.isOver) await log.pause()
      end.throwFailure()
    }
  } finally {
    end.close()
  }
}

class LogReader {
  readonly #context: LogsContext
  readonly #id: string
  readonly #request: EventRequest
  /** Ends what waits for more lines. */
  readonly #signal: AbortSignal
  #after: number
  #filter: LogFilter
  #seen = false
  /** Of streams, in a row. */
  #failures = 0
  /** By the monotonic clock, when a stream may be tried again. */
  #streamAt = 0

  constructor(
    context: LogsContext,
    id: string,
    after: number,
    { last, since, stream }: LogFilter,
    signal: AbortSignal,
  ) {
    this.#context = context
    this.#id = id
    this.#after = after
    this.#filter = { last, since: since === undefined ? undefined : momentOf(since), stream }
    this.#signal = signal
    this.#request = {
      path: `api/v1/jobs/${encodeURIComponent(id)}/logs/stream`,
      query: (seen) => ({ after: seen }),
    }
  }

  /** What there is. */
  async *pages(signal: AbortSignal): AsyncGenerator<LogLine, void, void> {
    for (;;) {
      const page = await this.#page(signal)
      for (const line of page.lines) if (this.#isNext(line)) yield line
      if (page.lines.length === 0) this.#after = Math.max(this.#after, page.last)
      // The newest so many are those there were at first.
      this.#filter = { ...this.#filter, last: undefined }
      if (this.#after >= page.last) return
    }
  }

  /** What comes, until the stream is lost. */
  async *live(): AsyncGenerator<LogLine, void, void> {
    const { transport } = this.#context
    const { clock, wait } = transport.settings
    if (clock.monotonic() < this.#streamAt) return
    let connection: EventConnection | null = null
    let retryAfter = 0
    try {
      connection = await EventConnection.open(transport, this.#request, String(this.#after), this.#signal)
      for (let arrival = await connection.next(); arrival !== null; arrival = await connection.next()) {
        if (arrival.alive) this.#failures = 0
        for (const { event, data } of arrival.messages) {
          if (event !== 'log') continue
          const line = parseAs(data, this.#request.path, logLineSchema)
          if (this.#isNext(line) && this.#isWanted(line)) yield line
        }
      }
    } catch (error) {
      if (this.#signal.aborted) return
      const failure = failureOf(error)
      if (!failure.passing) throw error
      retryAfter = failure.retryAfter ?? 0
    } finally {
      await connection?.close()
    }
    this.#streamAt = clock.monotonic() + Math.max(wait(++this.#failures), retryAfter)
  }

  /** Waits until it is time for the next look, or the job is over. */
  pause(): Promise<void> {
    const { clock, pollInterval } = this.#context.transport.settings
    const wait = Math.min(pollInterval, Math.max(1, this.#streamAt - clock.monotonic()))
    return delay(clock, wait, [this.#signal, this.#context.transport.closed]).catch(() => {})
  }

  #isNext({ seq }: LogLine): boolean {
    if (seq <= this.#after) return false
    this.#after = seq
    return true
  }

  #isWanted({ at, stream }: LogLine): boolean {
    const { since, stream: wanted } = this.#filter
    return (wanted === undefined || stream === wanted) && (since === undefined || at >= since)
  }

  async #page(signal: AbortSignal): Promise<LogPage> {
    const { transport, read } = this.#context
    const { clock, wait } = transport.settings
    for (let failures = 1; ; failures++) {
      try {
        const page = await read(this.#id, this.#after, this.#filter, signal)
        this.#seen = true
        return page
      } catch (error) {
        if (error instanceof JobNotFoundError && this.#seen) throw deletedMeanwhile(this.#id, error)
        if (signal.aborted || !transport.mayGoOn(error, failures)) throw error
        const pause = Math.max(wait(failures), failureOf(error).retryAfter ?? 0)
        await delay(clock, pause, [signal, transport.closed])
      }
    }
  }
}

/** As lines have it, so that it can be compared. */
function momentOf(since: string): string {
  const at = Date.parse(since)
  if (!Number.isNaN(at)) return new Date(at).toISOString()
  throw new InvalidArgumentError(`\`since\` is \`${since}\`, which is no time.`, {
    remedy: 'pass one in ISO 8601, as in 2025-01-31T12:00:00Z',
  })
}

/** Whether a job is over, as those know who watch it. */
class JobEnd {
  isOver = false
  #failure: { readonly error: unknown } | null = null
  readonly #control = new AbortController()
  readonly #outer: AbortSignal
  readonly #abort = (): void => this.#control.abort(this.#outer.reason)
  readonly #unwatch: () => void

  constructor(views: Observable<JobView>, outer: AbortSignal) {
    this.#outer = outer
    outer.addEventListener('abort', this.#abort)
    if (outer.aborted) this.#abort()
    const subscription = views.subscribe({
      error: (error: unknown) => {
        this.#failure = { error }
        this.#control.abort(error)
      },
      complete: () => {
        this.isOver = true
        this.#control.abort(new Error('the job is over'))
      },
    })
    this.#unwatch = () => subscription.unsubscribe()
  }

  /** Aborted when the job is over, when it cannot be watched any more, and with the signal it was made of. */
  get signal(): AbortSignal {
    return this.#control.signal
  }

  throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error
  }

  close(): void {
    this.#outer.removeEventListener('abort', this.#abort)
    this.#unwatch()
  }
}
