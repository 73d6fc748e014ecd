// Polls a server for what is new, page by page, and posts it on in batches. The server is in the example itself: it has
// orders, of which each page names the next, and a mailbox that is busy at the first try.
//
//   node --import tsx examples/http-poll.ts

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { pollHttp, postHttp } from '../src/connectors/http/index.ts'
import { LocalEnvironment } from '../src/index.ts'

interface Order {
  readonly id: number
  readonly price: number
}

interface OrderPage {
  readonly orders: readonly Order[]
  readonly last: boolean
}

const orders: readonly Order[] = [12, 250, 8, 99, 1_000].map((price, i) => ({ id: i + 1, price }))
let posts = 0

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url!, 'http://localhost')
  if (pathname === '/orders') {
    const after = Number(searchParams.get('after'))
    const page = orders.filter(({ id }) => id > after).slice(0, 2)
    response.end(
      JSON.stringify({ orders: page, last: page.at(-1)?.id === orders.length } satisfies OrderPage),
    )
    return
  }
  const body = await text(request)
  if (++posts === 1) response.writeHead(503, { 'retry-after': '0' }).end('busy')
  else {
    console.log(`${request.headers['idempotency-key'] === undefined ? 'no key' : 'keyed'}: ${body}`)
    response.writeHead(204).end()
  }
}

const server = createServer((request, response) => void answer(request, response))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const env = new LocalEnvironment('http-poll')

env
  .fromSource(
    pollHttp<Order, number>({
      request: (after = 0) => `${url}/orders?after=${after}`,
      interval: 50,
      parse: async (response, after) => {
        const { orders, last } = (await response.json()) as OrderPage
        // A feed without an end would leave `done` out.
        return { records: orders, cursor: orders.at(-1)?.id ?? after, done: last }
      },
    }),
  )
  .filter(({ price }) => price >= 10)
  .sink(postHttp<Order>({ url: `${url}/mailbox`, retry: { attempts: 5, backoff: 10 } }), {
    batch: { size: 3, interval: 1_000 },
    name: 'mailbox',
  })

const { status } = await env.submit({ autostop: true })
console.log(`${status} after ${posts} posts`)
server.close()
