import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Faults, meet } from '../../client/support/faults.ts'
import type { TestContext } from '../../support/suite.ts'

export interface SeenRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Exchange {
  readonly url: URL
  readonly params: Readonly<Record<string, string>>
  readonly body: string
}

/** Status, body and headers; a body that is no text is sent as JSON. */
export interface Answer {
  readonly status?: number
  readonly body?: unknown
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type Route = readonly [RegExp, (exchange: Exchange) => Answer]

/** An HTTP API on a socket, that says what its routes say unless it is told to fail. */
export class FakeApi {
  readonly faults = new Faults()
  readonly requests: SeenRequest[] = []
  /** Requests without this token are refused, where there is one. */
  token: string | undefined
  port = 0
  readonly #routes: readonly Route[]
  readonly #unauthorized: Answer
  #server: Server | null = null

  constructor(
    routes: readonly Route[],
    unauthorized: Answer = { status: 401, body: { detail: 'Who are you?' } },
  ) {
    this.#routes = routes
    this.#unauthorized = unauthorized
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`
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
    server.on('connection', (socket) => socket.unref())
  }

  /** As a server that is killed: every connection breaks, and there are no new ones. */
  async kill(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server === null) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request
    const fault = this.faults.take(`${method} ${path}`)
    request.on('error', () => {})
    response.on('error', () => {})
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    this.requests.push({ method, path, headers, body })
    if (!(await meet(fault, request, response))) return
    send(response, this.#answer(method, new URL(path, this.url), headers, body))
  }

  #answer(method: string, url: URL, headers: IncomingMessage['headers'], body: string): Answer {
    if (this.token !== undefined && headers.authorization !== `Bearer ${this.token}`)
      return this.#unauthorized
    for (const [pattern, answer] of this.#routes) {
      const match = pattern.exec(`${method} ${url.pathname}`)
      if (match === null) continue
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [
        name,
        decodeURIComponent(value),
      ])
      return answer({ url, params: Object.fromEntries(params) as Exchange['params'], body })
    }
    return { status: 404, body: { detail: 'Not Found' } }
  }
}

const send = (response: ServerResponse, { status = 200, body, type, headers = {} }: Answer): void => {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {})
  const contentType = type ?? (typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json')
  const length = Buffer.byteLength(text)
  response.writeHead(status, { 'content-type': contentType, 'content-length': length, ...headers }).end(text)
}

/** One that listens until the test is over. */
export async function listening<T extends FakeApi>(
  { cleanup }: Pick<TestContext, 'cleanup'>,
  api: T,
): Promise<T> {
  await api.listen()
  cleanup(() => api.kill())
  return api
}
