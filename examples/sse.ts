// Follows a server's events. The server is in the example itself: it closes the connection now and then, and sends what
// is behind the Last-Event-ID when it is asked again; when all has been said it answers 204, which ends the stream.
//
//   node --import tsx examples/sse.ts

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fromSse } from '../src/connectors/sse/index.ts'
import { LocalEnvironment } from '../src/index.ts'

const prices = [101, 99, 104, 110, 95]
let connections = 0

const server = createServer((request, response) => {
  connections++
  const seen = Number(request.headers['last-event-id'] ?? 0)
  if (seen === prices.length) {
    response.writeHead(204).end()
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('retry: 10\n\n')
  prices.slice(seen, seen + 2).forEach((price, i) => {
    response.write(`: tick\nevent: price\nid: ${seen + i + 1}\ndata: ${JSON.stringify({ price })}\n\n`)
  })
  response.end('event: bye\ndata: see you\n\n')
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const env = new LocalEnvironment('sse')

env
  .fromSource(fromSse(`${url}/prices`, { eventTypes: ['price'] }))
  .map(({ data, lastEventId }) => ({ ...(JSON.parse(data) as { price: number }), id: lastEventId }))
  .sink(({ id, price }) => console.log(`${id}: ${price}`))

const { status } = await env.submit({ autostop: true })
console.log(`${status} after ${connections} connections`)
server.close()
