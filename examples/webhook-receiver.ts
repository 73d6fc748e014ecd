// Receives webhooks of a job server, and believes only those that are signed with the secret of the subscription. The
// server is the example's own, and runs one job.
//
//   node --import tsx examples/webhook-receiver.ts

import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { JobManagerClient, type WebhookMessage } from '../src/client/index.ts'
import { insideJob, RemoteEnvironment } from '../src/index.ts'
import { exampleServer } from './server/example-server.ts'

/** Whether a webhook was signed with this secret, within the last five minutes. */
function isSigned(secret: string, headers: IncomingHttpHeaders, body: Buffer): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key)
    .update(`${String(id)}.${String(timestamp)}.`)
    .update(body)
    .digest()
  return String(signatures)
    .split(' ')
    .map((signature) => Buffer.from(signature.replace(/^v1,/, ''), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
}

let secret = ''
const seen = new Set<string>()
let allTold = (): void => {}
const told = new Promise<void>((resolve) => (allTold = resolve))

const receiver = createServer((request, response) => {
  void buffer(request).then((body) => {
    const good = isSigned(secret, request.headers, body)
    // First the answer, then the work: who answers late gets it again.
    response.writeHead(good ? 204 : 401).end()
    const id = String(request.headers['webhook-id'])
    if (!good || seen.has(id)) return
    seen.add(id)
    const message = JSON.parse(body.toString()) as WebhookMessage
    if (message.type !== 'job_status_changed') return
    const { old_status, new_status, job } = message.data
    console.log(`${job.name}: ${old_status} -> ${new_status}`)
    if (seen.size === 2) allTold()
  })
})

const server = await exampleServer({ webhooks: { allowPrivate: ['127.0.0.1'] } })
// The program of the job is the same up to its submit, but receives nothing.
if (!insideJob()) {
  await new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const client = new JobManagerClient({ port: server.port })
  const subscription = await client.webhooks.create({ url, filter: { statuses: ['running', 'completed'] } })
  secret = subscription.secret
  const forged = await fetch(url, {
    method: 'POST',
    body: '{}',
    headers: { 'webhook-signature': 'v1,aGVsbG8=' },
  })
  console.log(`what is not signed is answered ${forged.status}`)
  await client.close()
}

const env = new RemoteEnvironment('squares', { port: server.port })
env
  .fromBatch([1, 2, 3])
  .map((n) => n * n)
  .collect()
await env.submit({ autostop: true })

await told
receiver.close()
await server.close()
