import { ProviderCannotError } from '../../errors/provider-errors.ts'
import { isSettled } from '../../job/job-status.ts'
import type {
  JobProvider,
  ListQuery,
  LogQuery,
  ObservedJob,
  ObservedLine,
  ObservedPage,
  ProviderCall,
  ProviderCapabilities,
} from '../job-provider.ts'
import type { ProviderParts } from '../provider-parts.ts'
import { cutPage, placeIn } from '../wire/cut-page.ts'
import { JobList } from '../wire/job-list.ts'
import { readLog } from '../wire/read-log.ts'
import { overAnyway } from '../wire/over-anyway.ts'
import { readJobs, type ReadJobs, UnreadableJob } from '../wire/read-jobs.ts'
import { unreadableWebhook } from '../wire/unreadable-webhook.ts'
import { fieldReader, type ReadField } from './field-path.ts'
import { fillTemplate } from './fill-template.ts'
import type { GenericList, GenericLogs, GenericParts, GenericWebhook } from './generic-config.ts'
import { nextCursor, variablesOf } from './next-page.ts'
import { jobReader, lineReader, type ReadJob } from './read-generic.ts'

/** Jobs of a page, where the configuration does not say. */
const PAGE_SIZE = 100
/** The same where there are no further pages. */
const ONLY_PAGE_SIZE = 1_000

interface FetchedPage extends ReadJobs {
  readonly next: string | null
}

/** Jobs of any API that tells of them in JSON, by what a configuration says of it. */
export class GenericProvider implements JobProvider {
  readonly name: string
  readonly type = 'http'
  readonly capabilities: ProviderCapabilities
  readonly #parts: ProviderParts
  readonly #config: GenericParts
  readonly #readJob: ReadJob
  /** Where in the body of a webhook the job is. */
  readonly #inWebhook: ReadField
  readonly #list: JobList

  constructor(
    parts: ProviderParts,
    config: GenericParts & { readonly webhook?: GenericWebhook | undefined },
  ) {
    const { list, cancel, logs } = config
    this.name = parts.name
    this.capabilities = { list: list !== undefined, cancel: cancel !== undefined, logs: logs !== undefined }
    this.#parts = parts
    this.#config = config
    this.#readJob = jobReader(config, parts.statuses)
    this.#inWebhook = fieldReader(config.webhook?.job ?? '')
    this.#list = new JobList(parts.clock)
  }

  async list(query: ListQuery, call: ProviderCall): Promise<ObservedPage> {
    const { list } = this.#config
    if (list === undefined) throw this.#cannot('list its jobs', 'list')
    if (list.next === undefined) return this.#list.page(query, () => this.#page(list, undefined, call))
    const place = placeIn(query.cursor)
    const { jobs, unreadable, next } = await this.#page(list, place.cursor, call)
    return { ...cutPage(jobs, place, query.limit, next), unreadable }
  }

  async get(externalId: string, { signal }: ProviderCall): Promise<ObservedJob> {
    const { http } = this.#parts
    const { path, job: at } = this.#config.get
    const url = this.#urlOf(path, externalId)
    const { value } = await http.json({ url, job: externalId, signal })
    const job = this.#readJob(at === undefined ? value : fieldReader(at)(value))
    if (job instanceof UnreadableJob) throw http.unreadable(`GET ${url.pathname}`, job.why)
    return job
  }

  async cancel(externalId: string, call: ProviderCall): Promise<void> {
    const { cancel } = this.#config
    if (cancel === undefined) throw this.#cannot('cancel jobs', 'cancel')
    const { path, method = 'POST', body } = cancel
    const url = this.#urlOf(path, externalId)
    try {
      await this.#parts.http.send({ method, url, json: body, job: externalId, signal: call.signal })
    } catch (error) {
      await overAnyway(error, () => this.get(externalId, call))
    }
  }

  async logs(externalId: string, query: LogQuery, call: ProviderCall): Promise<readonly ObservedLine[]> {
    const { logs } = this.#config
    if (logs === undefined) throw this.#cannot('give logs', 'logs')
    return readLog(query, {
      read: () => this.#log(logs, externalId, call),
      isOver: async () => {
        const { status } = await this.get(externalId, call)
        return status !== null && isSettled(status)
      },
    })
  }

  webhook(body: unknown): ObservedJob {
    const job = this.#readJob(this.#inWebhook(body))
    if (job instanceof UnreadableJob) throw unreadableWebhook(this.name, job.why)
    return job
  }

  close(): Promise<void> {
    this.#list.close()
    return Promise.resolve()
  }

  async #page(list: GenericList, cursor: string | undefined, { signal }: ProviderCall): Promise<FetchedPage> {
    const { http } = this.#parts
    const pageSize = list.pageSize ?? (list.next === undefined ? ONLY_PAGE_SIZE : PAGE_SIZE)
    const { url: nextUrl, ...variables } = variablesOf(list.next, cursor)
    const url =
      nextUrl === undefined
        ? fillTemplate(http.base, list.path, { ...variables, limit: String(pageSize) })
        : this.#sameHost(nextUrl)
    const label = `GET ${url.pathname}`
    const { value, headers } = await http.json({ url, signal })
    const items = fieldReader(list.items ?? '')(value)
    if (!Array.isArray(items)) throw http.unreadable(label, `there is no list at '${list.items ?? ''}'`)
    const answer = { url, cursor, value, headers, count: items.length, pageSize }
    const next = this.#resolved(list, nextCursor(list, answer), url)
    if (next !== null && next === cursor) throw http.unreadable(label, 'the next page is the page itself')
    return { ...readJobs(items, this.#readJob), next }
  }

  /** The URL of a next page in full; a cursor as it is. */
  #resolved({ next }: GenericList, cursor: string | null, asked: URL): string | null {
    if (cursor === null || (next?.style !== 'url' && next?.style !== 'link')) return cursor
    return URL.canParse(cursor, asked.href) ? this.#sameHost(new URL(cursor, asked).href).href : null
  }

  /** It would get the token. @throws ProviderAnswerError for another host. */
  #sameHost(next: string): URL {
    const { http } = this.#parts
    const url = new URL(next)
    if (url.origin === http.base.origin && url.username === '' && url.password === '') return url
    throw http.unreadable('GET of a page', `the next page is at another place, ${url.origin}`)
  }

  async #log(
    logs: GenericLogs,
    externalId: string,
    { signal }: ProviderCall,
  ): Promise<string | readonly ObservedLine[]> {
    const { http } = this.#parts
    const url = this.#urlOf(logs.path, externalId)
    const request = { url, job: externalId, signal }
    if (logs.at === undefined) return (await http.send(request)).text
    const { value } = await http.json(request)
    const log = fieldReader(logs.at)(value) ?? ''
    if (typeof log === 'string') return log
    if (!Array.isArray(log)) throw http.unreadable(`GET ${url.pathname}`, `there is no log at '${logs.at}'`)
    return log.map(lineReader(logs, this.#config))
  }

  #urlOf(path: string, externalId: string): URL {
    const { http } = this.#parts
    http.escape(externalId)
    return fillTemplate(http.base, path, { id: externalId })
  }

  #cannot(what: string, option: string): ProviderCannotError {
    return new ProviderCannotError(`The provider '${this.name}' cannot ${what}`, {
      provider: this.name,
      remedy: `say how in \`${option}\` of its configuration, if its API can`,
    })
  }
}
