// A job server that is told by webhooks what becomes of jobs elsewhere. A studio sends them, signed, in a wrong order, and
// one of them twice.
//
//   node --import tsx examples/received-webhooks.ts

import { createHmac, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JobManagerClient } from '../src/client/index.ts'
import { startJobManager } from '../src/jobs/index.ts'

const key = randomBytes(32)
const data = await mkdtemp(join(tmpdir(), 'millrace-example-'))
const server = await startJobManager({
  data,
  port: 0,
  providers: [
    {
      name: 'studio',
      type: 'http',
      // Nobody asks there in this example.
      url: 'http://127.0.0.1:9',
      get: { path: 'renders/{id}' },
      fields: { id: 'id', name: 'title', status: 'state' },
      statuses: { rendering: 'running', done: 'completed' },
      webhook: { secrets: [`whsec_${key.toString('base64')}`], job: 'render', allowFrom: ['127.0.0.1'] },
    },
  ],
  background: { jobStatusPolling: { enabled: false } },
})
const client = new JobManagerClient({ port: server.port })

/** What the studio does, by https://www.standardwebhooks.com. */
async function send(id: string, state: string, secret: Buffer = key): Promise<void> {
  const body = JSON.stringify({ render: { id: 'r-1', title: 'A bridge', state } })
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
  const url = `${server.url}/api/v1/webhooks/studio`
  const answer = await fetch(url, { method: 'POST', headers, body })
  const { repeated } = (await answer.json()) as { repeated?: boolean }
  console.log(`${state} was answered ${answer.status}${repeated === true ? ', as one that is known' : ''}`)
}

const told = new Promise<string>((resolve) => {
  client.events$({ since: 0 }).subscribe({
    next: (event) => event.type === 'job_submitted' && resolve(event.job),
    // It ends with the client.
    error: () => {},
  })
})

await send('msg_2', 'done')
await send('msg_1', 'rendering')
await send('msg_2', 'done')
await send('msg_3', 'rendering', randomBytes(32))
const { name, provider, status } = await client.waitForEnd(await told)
console.log(`${name} at ${provider} is ${status}`)

await client.close()
await server.close()
await rm(data, { recursive: true })
