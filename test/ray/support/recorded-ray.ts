import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TestContext } from '../../support/suite.ts'
import { type RecordedExchange, groupName, recordedAs, withNames } from './recorded.ts'

export interface RecordedRay {
  readonly address: string
  /** What it was asked, in order, with names in place of what varies. */
  readonly requests: readonly string[]
  /** What it was asked and was not when the recording was made. */
  readonly surprises: readonly string[]
}

/**
 * A server that answers as Ray has, by its recorded answers. It checks what it is asked, and its API takes no browser,
 * as that of Ray does not.
 */
export async function startRecordedRay({ cleanup }: TestContext, name: string): Promise<RecordedRay> {
  const answers = new Answers(recordedAs(name))
  const requests: string[] = []
  const surprises: string[] = []
  let group = ''
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    void text(request).then((body) => {
      group = groupName.exec(`${url}${method === 'POST' ? body : ''}`)?.[0] ?? group
      const json: unknown = method === 'POST' && body !== '' ? JSON.parse(withNames(body)) : null
      const key = keyOf(method, withNames(url), json)
      requests.push(`${method} ${withNames(url)}`)
      if (url.startsWith('/api/') && isFromBrowser(request) && method !== 'GET') {
        surprises.push(`${key} from a browser`)
        response.writeHead(405).end(`'${method}' method not allowed for browser traffic.`)
        return
      }
      const answer = answers.to(key)
      if (answer === undefined) {
        surprises.push(key)
        response.writeHead(500).end(`not recorded: ${key}`)
        return
      }
      const said = answer.response.replaceAll('millrace-GROUP', group)
      response.writeHead(answer.status, { 'content-type': answer.type }).end(said)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanup(() => new Promise((resolve) => server.close(resolve)))
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, surprises }
}

/**
 * To each request the next of the answers to the same one, but none before all that were given before it have been:
 * meanwhile the last is given again, as recordings have what was said again only once.
 */
class Answers {
  readonly #left = new Map<string, { readonly index: number; readonly exchange: RecordedExchange }[]>()
  readonly #last = new Map<string, RecordedExchange>()

  constructor(exchanges: readonly RecordedExchange[]) {
    for (const [index, exchange] of exchanges.entries()) {
      const key = keyOf(exchange.method, exchange.path, exchange.request)
      this.#left.set(key, [...(this.#left.get(key) ?? []), { index, exchange }])
    }
  }

  to(key: string): RecordedExchange | undefined {
    const own = this.#left.get(key) ?? []
    const [next] = own
    const last = this.#last.get(key)
    const isEarly = [...this.#left.values()].some(
      ([other]) => other !== undefined && other.index < (next?.index ?? 0),
    )
    if (next === undefined || (isEarly && last !== undefined)) return last
    own.shift()
    this.#last.set(key, next.exchange)
    return next.exchange
  }
}

const keyOf = (method: string, path: string, request: unknown): string =>
  `${method} ${path}${request === null ? '' : ` ${JSON.stringify(request)}`}`

const isFromBrowser = ({ headers }: IncomingMessage): boolean =>
  (headers['user-agent'] ?? '').startsWith('Mozilla') ||
  ['referer', 'origin', 'sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-site'].some((name) => name in headers)
