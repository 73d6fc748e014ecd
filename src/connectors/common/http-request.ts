import type { Awaitable } from '../../functions/user-functions.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { Redaction } from './redaction.ts'

/** Headers of every request; a function is asked before each, for tokens that expire. */
export type RequestHeaders =
  Readonly<Record<string, string>> | (() => Awaitable<Readonly<Record<string, string>>>)

export interface HttpRequest {
  readonly url: string | URL
  /** Default 'GET'. */
  readonly method?: string
  /** Beside the headers of the connector, and before them. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** A request ready to be sent, and what may be told of it. */
export interface PreparedRequest {
  /** Without credentials: they are in the headers. */
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string | Uint8Array | undefined
  /** The url for people: without credentials, and without the values of its query. */
  readonly label: string
  readonly redaction: Redaction
}

/**
 * Moves credentials from the url to a header, as fetch wants them, and notes what is secret.
 * @throws InvalidArgumentError, which shows no part of either, for a url or header that cannot be sent.
 */
export function prepareRequest(
  connector: string,
  { url, method = 'GET', headers, body }: HttpRequest,
  ...more: (Readonly<Record<string, string>> | undefined)[]
): PreparedRequest {
  const target = parseUrl(connector, url, ['http:', 'https:'])
  const all = new Headers()
  const username = decoded(target.username)
  const password = decoded(target.password)
  if (username !== '' || password !== '') {
    all.set('authorization', `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`)
    target.username = ''
    target.password = ''
  }
  for (const [name, value] of [headers, ...more].flatMap((each) => Object.entries(each ?? {}))) {
    setHeader(connector, all, name, value)
  }
  const redaction = new Redaction([...all.values(), password, ...target.searchParams.values()])
  return { url: target.href, method, headers: all, body, label: labelOf(target), redaction }
}

/** @throws InvalidArgumentError, which does not show the url: there may be a password in it. */
export function parseUrl(connector: string, url: string | URL, protocols: readonly string[]): URL {
  const parsed = URL.canParse(String(url)) ? new URL(url) : undefined
  if (parsed !== undefined && protocols.includes(parsed.protocol)) return parsed
  const known = protocols.map((protocol) => `${protocol}//`).join(' or ')
  throw invalidArgument(connector, 'the url cannot be used', `pass an absolute url that begins with ${known}`)
}

/** Which place is meant, and nothing that opens it. */
export function labelOf({ protocol, host, pathname, searchParams }: URL): string {
  const names = [...new Set(searchParams.keys())].map((name) => `${name}=…`)
  return `${protocol}//${host}${pathname}${names.length === 0 ? '' : `?${names.join('&')}`}`
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function setHeader(connector: string, headers: Headers, name: string, value: unknown): void {
  try {
    if (typeof value !== 'string') throw new TypeError('a header is a string')
    headers.set(name, value)
  } catch {
    // What was thrown quotes the value.
    const message = `the value of header '${name}' cannot be sent`
    throw invalidArgument(
      connector,
      message,
      'pass strings without line breaks and without characters above 255',
    )
  }
}
