import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JobStatus } from '../../../src/job/job-status.ts'
import type { JobEvent } from '../../../src/protocol/job-event.ts'
import type { JobInfo, LogLine } from '../../../src/protocol/job-info.ts'
import type { TestContext } from '../../support/suite.ts'
import { aJob, summaryOf } from './a-job.ts'
import { Faults, meet } from './faults.ts'

export interface SeenRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

interface OpenStream {
  readonly response: ServerResponse
  readonly kind: 'events' | 'logs'
  readonly job: string | undefined
}

type Params = Readonly<Record<string, string>>
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly params: Params
  readonly body: Buffer
}

const at = '2025-01-31T12:00:00.000Z'
// The checks of the compiler on what a test may put in.
type Event = JobEvent extends infer E ? (E extends JobEvent ? Omit<E, 'id' | 'at'> : never) : never

/** A small job server that does what the protocol says, unless it is told to fail. It runs nothing. */
export class FakeJobServer {
  readonly faults = new Faults()
  readonly requests: SeenRequest[] = []
  readonly jobs = new Map<string, JobInfo>()
  readonly files = new Map<string, Buffer>()
  readonly events: JobEvent[] = []
  readonly lines = new Map<string, LogLine[]>()
  /** Id of the first event that is kept. */
  firstKept = 1
  /** Where streams begin, whatever their clients have seen. */
  repeatFrom: number | undefined
  /** Nothing is sent to streams, as if something between held it back. */
  mute = false
  /** Uploads are refused by their length, before they are there. */
  refuseUploads = false
  /** Milliseconds that clients of streams are told to wait. */
  retry = 1
  onConnection: (port: number | undefined) => void = () => {}
  readonly #keys = new Map<string, string>()
  readonly #streams = new Set<OpenStream>()
  #server: Server | null = null
  port = 0

  /** Of this job, or of all. */
  streams(kind: OpenStream['kind'] = 'events'): number {
    return [...this.#streams].filter((stream) => stream.kind === kind).length
  }

  /** Bytes of streams that their clients have not taken. */
  unsent(kind: OpenStream['kind']): number {
    const streams = [...this.#streams].filter((stream) => stream.kind === kind)
    return streams.reduce((sum, { response }) => sum + response.writableLength, 0)
  }

  count(request: RegExp): number {
    return this.requests.filter(({ method, path }) => request.test(`${method} ${path}`)).length
  }

  /** On the same port each time. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    this.port = (server.address() as AddressInfo).port
    server.unref()
    server.on('connection', (socket) => {
      socket.unref()
      this.onConnection(socket.remotePort)
    })
  }

  /** As a server that is killed: every connection breaks. What it has kept stays. */
  async kill(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server === null) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }

  /** Makes a job, or changes one, with a new revision and no event. */
  put(change: Partial<JobInfo> = {}): JobInfo {
    const id = change.id ?? 'job-1'
    const known = this.jobs.get(id)
    const job = aJob({ ...known, revision: (known?.revision ?? 0) + 1, ...change, id })
    this.jobs.set(id, job)
    return job
  }

  /** Changes a job's status, and tells of it. */
  become(id: string, to: JobStatus, change: Partial<JobInfo> = {}): void {
    const from = this.jobs.get(id)?.status ?? null
    const job = this.put({ ...change, id, status: to })
    const transition = { from, to, at, cause: 'a test wants it' }
    this.emit({ type: 'job_status_changed', job: id, transition, summary: summaryOf(job) })
  }

  remove(id: string): void {
    this.jobs.delete(id)
    this.emit({ type: 'job_deleted', job: id })
  }

  emit(event: Event): void {
    const last = { ...event, id: (this.events.at(-1)?.id ?? 0) + 1, at } as JobEvent
    this.events.push(last)
    this.#broadcast('events', last.job, frame(last.type, last, last.id))
  }

  /** Sends something to the streams of a job as it is. */
  send(job: string | undefined, text: string, kind: OpenStream['kind'] = 'events'): void {
    this.#broadcast(kind, job, text)
  }

  log(id: string, ...texts: readonly string[]): void {
    this.logTo('stdout', id, ...texts)
  }

  logTo(stream: LogLine['stream'], id: string, ...texts: readonly string[]): void {
    const lines = this.lines.get(id) ?? []
    this.lines.set(id, lines)
    for (const text of texts) {
      const line: LogLine = { seq: (lines.at(-1)?.seq ?? 0) + 1, at, stream, text }
      lines.push(line)
      this.#broadcast('logs', id, frame('log', line, line.seq))
    }
  }

  /** Breaks every stream. */
  cutStreams(): void {
    for (const { response } of this.#streams) response.socket?.resetAndDestroy()
  }

  /** Ends every stream as a server does that closes. */
  endStreams(): void {
    for (const { response } of this.#streams) response.end()
  }

  #broadcast(kind: OpenStream['kind'], job: string | undefined, text: string): void {
    if (this.mute) return
    for (const stream of this.#streams) {
      if (stream.kind !== kind) continue
      if (stream.job === undefined || job === undefined || stream.job === job) stream.response.write(text)
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request
    const fault = this.faults.take(`${method} ${path}`)
    // Nobody is left to hear of it.
    request.on('error', () => {})
    response.on('error', () => {})
    if (method === 'PUT' && this.refuseUploads) {
      response.setHeader('connection', 'close')
      return refuse(response, 413, 'ERR_UPLOAD_TOO_LARGE', 'It is too large.')
    }
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const body = Buffer.concat(chunks)
    this.requests.push({ method, path, headers, body: body.toString() })
    if (!(await meet(fault, request, response))) return
    const url = new URL(path, 'http://localhost')
    for (const [pattern, answer] of routes) {
      const match = pattern.exec(`${method} ${url.pathname}`)
      if (match === null) continue
      return answer(this, { request, response, url, params: match.groups ?? {}, body })
    }
    refuse(response, 404, 'ERR_NOT_FOUND', 'There is no such thing.')
  }

  /** @internal */
  submit(exchange: Exchange): void {
    const { name } = JSON.parse(exchange.body.toString()) as { name: string }
    this.#make(exchange, { name })
  }

  /** @internal */
  restart(exchange: Exchange, { id, name }: JobInfo): void {
    this.#make(exchange, { name, restartedFrom: id })
  }

  #make({ request, response }: Exchange, change: Partial<JobInfo>): void {
    const key = request.headers['idempotency-key'] as string | undefined
    const known = key === undefined ? undefined : this.#keys.get(key)
    if (known !== undefined) return json(response, this.jobs.get(known))
    const job = this.put({ ...change, id: `job-${this.jobs.size + 1}` })
    if (key !== undefined) this.#keys.set(key, job.id)
    this.emit({ type: 'job_submitted', job: job.id, summary: summaryOf(job) })
    json(response, job, 201)
  }

  /** @internal */
  stream({ request, response, url, params }: Exchange, kind: OpenStream['kind']): void {
    const job = kind === 'logs' ? params['id'] : (url.searchParams.get('job') ?? undefined)
    const query = url.searchParams.get(kind === 'logs' ? 'after' : 'since')
    const from = request.headers['last-event-id'] ?? query ?? undefined
    const position = from ?? String(this.events.at(-1)?.id ?? 0)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'last-event-id': position })
    response.write(`retry: ${this.retry}\n\n`)
    if (kind === 'logs')
      for (const line of this.linesBehind(job ?? '', Number(from ?? 0)))
        response.write(frame('log', line, line.seq))
    else if (from !== undefined) response.write(this.#eventsBehind(this.repeatFrom ?? Number(from), job))
    const open = { response, kind, job }
    this.#streams.add(open)
    response.once('close', () => this.#streams.delete(open))
  }

  linesBehind(id: string, after: number): readonly LogLine[] {
    return (this.lines.get(id) ?? []).filter(({ seq }) => seq > after)
  }

  #eventsBehind(since: number, job: string | undefined): string {
    const gap = since < this.firstKept - 1
    const from = gap ? this.firstKept - 1 : since
    const frames = this.events
      .filter((event) => event.id > from && (job === undefined || job === event.job))
      .map((event) => frame(event.type, event, event.id))
    return (gap ? frame('gap', { firstKept: this.firstKept }, this.firstKept - 1) : '') + frames.join('')
  }
}

/** One that listens until the test is over. */
export async function fakeJobServer({ cleanup }: Pick<TestContext, 'cleanup'>): Promise<FakeJobServer> {
  const server = new FakeJobServer()
  await server.listen()
  cleanup(() => server.kill())
  return server
}

export const frame = (event: string, data: unknown, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

const json = (response: ServerResponse, value: unknown, status = 200): void => {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

const refuse = (response: ServerResponse, status: number, code: string, detail: string): void => {
  response.writeHead(status, { 'content-type': 'application/problem+json' })
  response.end(JSON.stringify({ type: 'about:blank', title: 'Refused', status, detail, code }))
}

const page = (url: URL, items: readonly unknown[]): unknown => {
  const from = Number(url.searchParams.get('cursor') ?? 0)
  const to = from + Number(url.searchParams.get('limit') ?? 50)
  return { items: items.slice(from, to), next: to < items.length ? String(to) : null, total: items.length }
}

type Answer = (server: FakeJobServer, exchange: Exchange) => void

const withJob =
  (answer: (server: FakeJobServer, exchange: Exchange, job: JobInfo) => void): Answer =>
  (server, exchange) => {
    const job = server.jobs.get(exchange.params['id'] as string)
    if (job !== undefined) return answer(server, exchange, job)
    refuse(exchange.response, 404, 'ERR_JOB_NOT_FOUND', 'There is no such job.')
  }

const becoming = (to: JobStatus): Answer =>
  withJob((server, { response }, { id }) => {
    server.become(id, to)
    json(response, server.jobs.get(id))
  })

const savepoint = { id: 7, kind: 'savepoint', location: 'savepoint-7', takenAt: at, bytes: 12 }
const token = { id: 't1', name: 'ci', scopes: ['submit'], createdAt: at, lastUsedAt: null }
const figures = {
  ...{ running: 1, queued: 0, maxRunning: 4, jobs: 3, limits: { uploadBytes: 1e8, memoryMb: 512 } },
  clients: { events: 1, logs: 0 },
  background: {
    job_status_polling: { enabled: true, interval_seconds: 30 },
    queue_processing: { enabled: true, interval_seconds: 5 },
  },
}

const routes: readonly (readonly [RegExp, Answer])[] = [
  [/^GET \/healthz$/, (_, { response }) => json(response, { status: 'ok' })],
  [/^GET \/readyz$/, (_, { response }) => json(response, { status: 'starting' }, 503)],
  [/^GET \/metrics$/, (_, { response }) => void response.end('jobs 3\n')],
  [/^GET \/openapi\.json$/, (_, { response }) => json(response, { openapi: '3.1.0' })],
  [
    /^GET \/api\/v1\/server$/,
    (_, { response }) => json(response, { version: '0.1.0', instance: 'i', startedAt: at, ...figures }),
  ],
  [/^POST \/api\/v1\/jobs$/, (server, exchange) => server.submit(exchange)],
  [
    /^GET \/api\/v1\/jobs$/,
    (server, { url, response }) => {
      const wanted = url.searchParams.getAll('status')
      const match = url.searchParams.get('match')
      const jobs = [...server.jobs.values()]
        .filter(({ status }) => wanted.length === 0 || wanted.includes(status))
        .filter(({ id, name }) => match === null || id.startsWith(match) || name === match)
      json(response, page(url, jobs.map(summaryOf)))
    },
  ],
  [/^GET \/api\/v1\/jobs\/(?<id>[^/]+)$/, withJob((_, { response }, job) => json(response, job))],
  [
    /^DELETE \/api\/v1\/jobs\/(?<id>[^/]+)$/,
    withJob((server, { response }, { id }) => {
      server.remove(id)
      response.writeHead(204).end()
    }),
  ],
  [/^POST \/api\/v1\/jobs\/(?<id>[^/]+)\/stop$/, becoming('stopped')],
  [/^POST \/api\/v1\/jobs\/(?<id>[^/]+)\/cancel$/, becoming('cancelled')],
  [/^POST \/api\/v1\/jobs\/(?<id>[^/]+)\/continue$/, becoming('queued')],
  [
    /^POST \/api\/v1\/jobs\/(?<id>[^/]+)\/restart$/,
    withJob((server, exchange, job) => server.restart(exchange, job)),
  ],
  [
    /^POST \/api\/v1\/jobs\/(?<id>[^/]+)\/savepoint$/,
    withJob((_, { response }) => json(response, savepoint)),
  ],
  [
    /^GET \/api\/v1\/jobs\/(?<id>[^/]+)\/transitions$/,
    withJob((_, { url, response }) =>
      json(response, page(url, [{ from: null, to: 'queued', at, cause: 'x' }])),
    ),
  ],
  [
    /^GET \/api\/v1\/jobs\/(?<id>[^/]+)\/checkpoints$/,
    withJob((_, { response }) => json(response, { items: [savepoint] })),
  ],
  [
    /^GET \/api\/v1\/jobs\/(?<id>[^/]+)\/history$/,
    withJob((_, { response }, { id }) => json(response, { job: id, interval: 1, points: [] })),
  ],
  [
    /^GET \/api\/v1\/jobs\/(?<id>[^/]+)\/logs$/,
    withJob((server, { url, response }, { id }) => {
      const all = server.lines.get(id) ?? []
      const limit = Number(url.searchParams.get('limit') ?? 200)
      const [stream, last] = [url.searchParams.get('stream'), url.searchParams.get('last')]
      const wanted = server
        .linesBehind(id, Number(url.searchParams.get('after') ?? 0))
        .filter((line) => line.stream === (stream ?? line.stream))
      const from = Math.max(0, wanted.length - Number(last ?? Infinity))
      const lines = wanted.slice(from, from + limit)
      json(response, { lines, first: all[0]?.seq ?? 0, last: all.at(-1)?.seq ?? 0 })
    }),
  ],
  [
    /^GET \/api\/v1\/jobs\/(?<id>[^/]+)\/logs\/stream$/,
    withJob((server, exchange) => server.stream(exchange, 'logs')),
  ],
  [
    /^GET \/api\/v1\/jobs\/(?<id>[^/]+)\/collected\/(?<node>[^/]+)$/,
    withJob((_, { response, params }) => void response.end(`collected of ${params['node']}`)),
  ],
  [/^GET \/api\/v1\/events$/, (server, exchange) => server.stream(exchange, 'events')],
  [
    /^POST \/api\/v1\/files\/missing$/,
    (server, { response, body }) => {
      const { hashes } = JSON.parse(body.toString()) as { hashes: readonly string[] }
      json(response, { missing: hashes.filter((hash) => !server.files.has(hash)) })
    },
  ],
  [
    /^PUT \/api\/v1\/files\/(?<hash>[^/]+)$/,
    (server, { response, params, body }) => {
      const hash = params['hash'] as string
      if (createHash('sha256').update(body).digest('hex') !== hash)
        return refuse(response, 422, 'ERR_HASH_MISMATCH', 'It is another file.')
      server.files.set(hash, body)
      response.writeHead(204).end()
    },
  ],
  [/^GET \/api\/v1\/tokens$/, (_, { response }) => json(response, { items: [token] })],
  [/^POST \/api\/v1\/tokens$/, (_, { response }) => json(response, { ...token, token: 'mr_secret' }, 201)],
  [/^DELETE \/api\/v1\/tokens\/(?<id>[^/]+)$/, (_, { response }) => void response.writeHead(204).end()],
]
