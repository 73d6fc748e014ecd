import { type ClientRequest, type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import type { RayConnection } from './ray-connection.ts'

export interface Exchange {
  readonly method: string
  /** Below the address. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export interface Answer {
  readonly status: number
  readonly text: string
}

/**
 * Sends one request over a connection of its own, and reads the answer. It is not fetch, whose `sec-fetch-mode` makes Ray
 * take it for a browser, which may change nothing.
 */
export function exchange(
  connection: RayConnection,
  { method, path, headers, body }: Exchange,
): Promise<Answer> {
  const { url, requestTimeout, clock } = connection
  const target = new URL(`${url}${path}`)
  const open = target.protocol === 'https:' ? overHttps : overHttp
  return new Promise<Answer>((resolve, reject) => {
    const all = { ...connection.headers, ...headers, 'content-length': String(Buffer.byteLength(body)) }
    const request: ClientRequest = open(target, { method, headers: all, agent: false })
    const cancel = clock.setTimeout(
      () => request.destroy(new Error(`it took longer than ${requestTimeout} ms`)),
      requestTimeout,
    )
    const fail = (error: Error): void => {
      cancel()
      reject(error)
    }
    request.on('error', fail)
    request.on('response', (response: IncomingMessage) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('error', fail)
      response.on('end', () => {
        cancel()
        resolve({ status: response.statusCode ?? 0, text })
      })
    })
    request.end(body)
  })
}
