// A job that runs at one job server, found by another one, and cancelled from there.
//
//   node --import tsx examples/foreign-jobs.ts

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JobManagerClient } from '../src/client/index.ts'
import { RemoteEnvironment } from '../src/index.ts'
import { startJobManager } from '../src/jobs/index.ts'
import { exampleServer } from './server/example-server.ts'

const lab = await exampleServer()
const env = new RemoteEnvironment('heartbeats', { port: lab.port })
env.fromInterval(1_000).sink(() => {})
const job = await env.submit()

// Nothing behind `submit` is done in the job itself.
const data = await mkdtemp(join(tmpdir(), 'millrace-example-'))
const office = await startJobManager({
  data,
  port: 0,
  providers: [{ name: 'lab', type: 'millrace', url: `http://127.0.0.1:${lab.port}` }],
  background: { jobStatusPolling: { interval: 200 } },
})
const client = new JobManagerClient({ port: office.port })

const { message } = await office.foreign.sync({ by: 'the example' })
console.log(message)
for (const { id, name, provider } of (await client.jobs.list()).items) {
  console.log(`${name} runs at ${provider}`)
  await client.jobs.cancel(id)
  const { status } = await client.waitForEnd(id)
  console.log(`seen from here: ${status}`)
}
await job.result.catch((error: Error) => console.log(`seen from there: ${error.name}`))

await client.close()
await office.close()
await rm(data, { recursive: true })
await lab.close()
