// What a job did over its life: figures that its server keeps, which are there after it, too.
//
//   node --import tsx examples/job-history.ts

import { setTimeout as delay } from 'node:timers/promises'
import { JobManagerClient } from '../src/client/index.ts'
import { RemoteEnvironment } from '../src/index.ts'
import { exampleServer } from './server/example-server.ts'

const server = await exampleServer()
const env = new RemoteEnvironment('sheep', { port: server.port })
env.fromBatch(Array.from({ length: 120 }, (_, i) => i)).sink(() => delay(10))
const { jobId: id } = await env.submit({ autostop: true })

// Nothing behind `submit` is done in the job itself.
const client = new JobManagerClient({ port: server.port })
const { points } = await client.jobs.history(id)
const read = points.reduce((sum, point) => sum + (point.read ?? 0) * point.seconds, 0)
console.log(`it read ${Math.round(read)} records`)
console.log(`its memory is known: ${points.some(({ rssBytes }) => rssBytes !== null)}`)

await client.close()
await server.close()
