// How far a job on a server is, from change to change, by the client; and where that is known from.
//
//   node --import tsx examples/follow-progress.ts

import { JobManagerClient } from '../src/client/index.ts'
import { RemoteEnvironment } from '../src/index.ts'
import { exampleServer } from './server/example-server.ts'

const server = await exampleServer()
const env = new RemoteEnvironment('sheep', { port: server.port })
env.fromBatch(Array.from({ length: 1_000 }, (_, i) => i)).sink(() => {})
const { id } = await env.submit()

// Nothing behind `submit` is done in the job itself.
const client = new JobManagerClient({ port: server.port })
let hasRead = false
for await (const { status, progress, from } of client.progress.follow(id)) {
  if (status === 'running' && progress === 100 && !hasRead) {
    hasRead = true
    console.log(`all is read, as the ${from} tells`)
    await client.jobs.stop(id)
  }
}
console.log('it is over')
await client.close()
await server.close()
