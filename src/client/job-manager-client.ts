import { z } from 'zod'
import { defer, distinctUntilChanged, filter, finalize, map, Observable, ReplaySubject, share } from 'rxjs'
import { type Health, healthSchema } from '../protocol/answers.ts'
import { type EventPage, eventPageSchema, type JobEvent } from '../protocol/job-event.ts'
import type { JobInfo, LogLine } from '../protocol/job-info.ts'
import { type ServerInfo, serverInfoSchema, type WhoAmI, whoAmISchema } from '../protocol/server-info.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'
import { type ClientOptions, resolveClientOptions } from './client-options.ts'
import { FilesApi } from './files-api.ts'
import { followLogs, type LogsOptions } from './follow-logs.ts'
import { fromGenerator } from './from-generator.ts'
import { type EventsOptions, type FeedNotice, followJobs, type GapNotice } from './job-events.ts'
import { JobFeeds } from './job-feeds.ts'
import { type JobView, watchJob } from './job-watch.ts'
import { JobsApi } from './jobs-api.ts'
import { failureOf } from './passing-failure.ts'
import { ProgressApi } from './progress-api.ts'
import { ProvidersApi } from './providers-api.ts'
import { readBytes, readJson } from './read-answer.ts'
import { DeadLettersApi } from './dead-letters-api.ts'
import { TapsApi } from './taps-api.ts'
import { TokensApi } from './tokens-api.ts'
import { type Call, type CallOptions, Transport } from './transport.ts'
import { lastOf, type WaitOptions } from './wait-for-end.ts'
import { WebhooksApi } from './webhooks-api.ts'

const openApiSchema = z.record(z.string(), z.unknown())

/** Which of the events that are kept are wanted. */
export interface EventQuery extends EventsOptions, CallOptions {
  /** Those of then or later, by the server's clock; ISO 8601, with `Z` or an offset. */
  readonly from?: string | undefined
  /** From 1 to 1 000; default 200. */
  readonly limit?: number | undefined
}

/** Bytes of figures that are read. */
const METRICS_BYTES = 16 * 2 ** 20

/**
 * Speaks to a job server. It keeps no connection of its own open between calls, and none that keeps the process alive.
 *
 * Calls that may be repeated are, when they got no answer or one that may pass. Streams and waits go on over lost
 * connections and restarts of the server, as long as `patience` lasts. Every method rejects with ServerUnreachableError,
 * ProtocolError, ClientClosedError, the signal's reason, or the error that the server names by its code; ApiError for a
 * code that this version does not know.
 *
 * @throws InvalidArgumentError for options that can never work.
 */
export class JobManagerClient {
  readonly jobs: JobsApi
  readonly files: FilesApi
  readonly progress: ProgressApi
  readonly taps: TapsApi
  /** Records that operators of jobs gave up. */
  readonly deadLetters: DeadLettersApi
  readonly providers: ProvidersApi
  readonly tokens: TokensApi
  readonly webhooks: WebhooksApi
  readonly #transport: Transport
  readonly #feeds: JobFeeds
  /** Of jobs that somebody watches now. */
  readonly #watches = new Map<string, Observable<JobView>>()

  constructor(options: ClientOptions = {}) {
    this.#transport = new Transport(resolveClientOptions(options))
    this.#feeds = new JobFeeds(this.#transport)
    this.jobs = new JobsApi(this.#transport)
    this.files = new FilesApi(this.#transport)
    this.progress = new ProgressApi(this.#transport)
    this.taps = new TapsApi(this.#transport)
    this.deadLetters = new DeadLettersApi(this.#transport)
    this.providers = new ProvidersApi(this.#transport)
    this.tokens = new TokensApi(this.#transport)
    this.webhooks = new WebhooksApi(this.#transport)
  }

  /** Of the server, with a slash at its end. */
  get url(): string {
    return this.#transport.settings.base.href
  }

  server(options?: CallOptions): Promise<ServerInfo> {
    return this.#get('api/v1/server', options, (response, label) =>
      readJson(response, label, serverInfoSchema),
    )
  }

  /** Whom the server takes this client for, and what it may do. */
  whoAmI(options?: CallOptions): Promise<WhoAmI> {
    return this.#get('api/v1/whoami', options, (response, label) => readJson(response, label, whoAmISchema))
  }

  /** Whether the server answers. */
  health(options?: CallOptions): Promise<Health> {
    return this.#get('healthz', options, (response, label) => readJson(response, label, healthSchema))
  }

  /** Whether the server takes jobs: `ok` when it does. */
  ready(options?: CallOptions): Promise<Health> {
    const read: Call<Health>['read'] = (response, label) => readJson(response, label, healthSchema)
    const call = { method: 'GET', path: 'readyz', repeatable: true, alsoReads: [503], read } as const
    return this.#transport.call(call, options)
  }

  /** Figures for Prometheus, in its text format. */
  metrics(options?: CallOptions): Promise<string> {
    return this.#get('metrics', options, async (response, label) =>
      new TextDecoder().decode(await readBytes(response, label, METRICS_BYTES)),
    )
  }

  /** The OpenAPI document of the server. */
  openapi(options?: CallOptions): Promise<Readonly<Record<string, unknown>>> {
    return this.#get('openapi.json', options, (response, label) => readJson(response, label, openApiSchema))
  }

  /** What has happened to jobs, oldest first; behind `since`, which defaults to 0: with all that is kept. */
  events({ signal, timeout, ...query }: EventQuery = {}): Promise<EventPage> {
    const path = 'api/v1/events/history'
    const read: Call<EventPage>['read'] = (response, label) => readJson(response, label, eventPageSchema)
    return this.#transport.call({ method: 'GET', path, query, repeatable: true, read }, { signal, timeout })
  }

  /**
   * What happens to jobs, each event once and in order, over as many connections as it takes. A `gap` tells that events
   * are not kept any more. It does not end by itself.
   */
  events$(options: EventsOptions = {}): Observable<JobEvent | GapNotice> {
    return fromGenerator((signal) => this.followEvents({ ...options, signal }))
  }

  /** The same, to be asked for event by event: what is not asked for stays with the server. */
  async *followEvents({
    signal = new AbortController().signal,
    ...options
  }: EventsOptions & { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<
    JobEvent | GapNotice,
    never,
    void
  > {
    for await (const notice of followJobs(this.#transport, options, signal))
      if (notice.type === 'event') yield notice.event
    throw new Error('a stream of events has no end')
  }

  /**
   * All that a stream of events has to tell, for who shows jobs as they are now: beside what `events$` gives `progress` of
   * jobs that run, `open` from when on nothing happens unseen, and `lost` while the connection is tried again.
   */
  feed$(options: EventsOptions = {}): Observable<FeedNotice> {
    return fromGenerator((signal) => followJobs(this.#transport, options, signal))
  }

  /**
   * A job as it is now, and each time it is something newer, never something older. It completes when the job is over;
   * a stopped job that is continued later is watched anew. All who watch one job share what is needed for it.
   *
   * Errors: JobNotFoundError when there is no such job; JobDeletedError when there is none any more.
   */
  job$(id: string): Observable<JobInfo> {
    return this.#views(id).pipe(
      map(({ job }) => job),
      distinctUntilChanged(),
    )
  }

  /** How far a job is, as often as the server tells. Completes and errors as `job$` does. */
  progress$(id: string): Observable<JobProgress> {
    return this.#views(id).pipe(
      map(({ progress }) => progress),
      filter((progress) => progress !== null),
      distinctUntilChanged(),
    )
  }

  /**
   * Whether the server is heard of, each time that it changes, by the stream that whoever watches this job shares. One
   * that answers that it has streams enough is heard of. It does not end by itself.
   */
  heard$(id: string): Observable<boolean> {
    const notices = new Observable<FeedNotice>((subscriber) =>
      this.#feeds.listen(id, (notice) => subscriber.next(notice)),
    )
    return notices.pipe(
      filter((notice) => notice.type === 'open' || notice.type === 'lost'),
      map((notice) => notice.type === 'open' || failureOf(notice.error).tooMany === true),
      distinctUntilChanged(),
    )
  }

  /**
   * The lines of a job, each once and in order: those there are, then those that come. Completes when the job is over
   * and all of them were given; errors as `job$` does. What comes next is read when the subscriber has returned. For one
   * that has to wait for each line, `followLogs`.
   */
  logs$(id: string, options: LogsOptions = {}): Observable<LogLine> {
    return fromGenerator((signal) => this.#logs(id, options, signal))
  }

  /** The same, to be asked for line by line: what is not asked for stays with the server. */
  followLogs(
    id: string,
    { signal, ...options }: LogsOptions & { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<LogLine, void, void> {
    return this.#logs(id, options, signal ?? new AbortController().signal)
  }

  /**
   * Resolves to what a job is when it is over: completed, failed, cancelled or stopped. Lost connections and restarts of
   * the server do not end the wait.
   * @throws WaitTimeoutError, and as `job$` does.
   */
  waitForEnd(id: string, options: WaitOptions = {}): Promise<JobInfo> {
    return lastOf(this.job$(id), this.#transport.settings.clock, id, options)
  }

  /** Ends all that is under way: calls reject and streams error with ClientClosedError. May be called again. */
  close(): Promise<void> {
    return this.#transport.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #views(id: string): Observable<JobView> {
    return defer(() => {
      const known = this.#watches.get(id)
      if (known !== undefined) return known
      const context = {
        transport: this.#transport,
        feeds: this.#feeds,
        look: (job: string, signal: AbortSignal) => this.jobs.look(job, signal),
      }
      const watch = fromGenerator((signal) => watchJob(context, id, signal)).pipe(
        finalize(() => this.#watches.delete(id)),
        share({ connector: () => new ReplaySubject(1) }),
      )
      this.#watches.set(id, watch)
      return watch
    })
  }

  #logs(id: string, options: LogsOptions, signal: AbortSignal): AsyncGenerator<LogLine, void, void> {
    const context = {
      transport: this.#transport,
      watch: (job: string) => this.#views(job),
      read: (...request: Parameters<JobsApi['lookAtLogs']>) => this.jobs.lookAtLogs(...request),
    }
    return followLogs(context, id, options, signal)
  }

  #get<T>(path: string, options: CallOptions | undefined, read: Call<T>['read']): Promise<T> {
    return this.#transport.call({ method: 'GET', path, repeatable: true, read }, options)
  }
}
