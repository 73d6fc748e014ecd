import type { Problem } from '../../protocol/problem.ts'
import { ApiError } from './api-error.ts'

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export interface RequestOptions {
  readonly query?: Query
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: Uint8Array<ArrayBuffer>
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}

/** Requests to the server that the page came from. */
export class ServerApi {
  readonly #token: () => string | null
  readonly #refused: () => void

  /** @param refused called when the server wants a token, or another one */
  constructor(token: () => string | null, refused: () => void) {
    this.#token = token
    this.#refused = refused
  }

  get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return this.call('GET', path, options)
  }

  post<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return this.call('POST', path, options)
  }

  /** @throws ApiError */
  async upload(path: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.open('PUT', path, { body, headers: { 'Content-Type': 'application/octet-stream' } })
  }

  delete(path: string, options: RequestOptions = {}): Promise<void> {
    return this.call('DELETE', path, options)
  }

  /** @throws ApiError, and the signal's reason */
  async call<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.open(method, path, options)
    const text = await response.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** The answer before its body is read. @throws ApiError, and the signal's reason */
  async open(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const {
      query,
      json,
      body = json === undefined ? undefined : JSON.stringify(json),
      signal,
      headers,
    } = options
    const token = this.#token()
    let response: Response
    try {
      response = await fetch(`/api/v1/${path}${queryText(query)}`, {
        method,
        headers: {
          ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
          ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      })
    } catch (error) {
      if (signal?.aborted === true) throw error
      throw new ApiError(0, null, 'The server does not answer.')
    }
    if (response.ok) return response
    if (response.status === 401) this.#refused()
    throw new ApiError(response.status, await problemOf(response), `The server answered ${response.status}.`)
  }
}

function queryText(query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [name, String(one)]),
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`
}

async function problemOf(response: Response): Promise<Problem | null> {
  try {
    const body = (await response.json()) as Partial<Problem> | null
    return typeof body?.detail === 'string' ? (body as Problem) : null
  } catch {
    return null
  }
}
