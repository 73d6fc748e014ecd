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
 * A server that answers as Ray has, by its recorded answers: to each request the next of those to the same one, the last
 * of them again and again. It checks what it is asked, and takes no browser, as Ray does not.
 */
export async function startRecordedRay({ cleanup }: TestContext, name: string): Promise<RecordedRay> {
  const answers = new Map<string, RecordedExchange[]>()
  for (const exchange of recordedAs(name)) {
    const key = keyOf(exchange.method, exchange.path, exchange.request)
    answers.set(key, [...(answers.get(key) ?? []), exchange])
  }
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
      if (isFromBrowser(request) && method !== 'GET') {
        surprises.push(`${key} from a browser`)
        response.writeHead(405).end(`'${method}' method not allowed for browser traffic.`)
        return
      }
      const left = answers.get(key) ?? []
      const answer = left.length > 1 ? left.shift()! : left[0]
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

const keyOf = (method: string, path: string, request: unknown): string =>
  `${method} ${path}${request === null ? '' : ` ${JSON.stringify(request)}`}`

const isFromBrowser = ({ headers }: IncomingMessage): boolean =>
  (headers['user-agent'] ?? '').startsWith('Mozilla') ||
  ['referer', 'origin', 'sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-site'].some((name) => name in headers)
