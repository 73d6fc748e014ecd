// A look at records of a job that runs on a server, where they go from one operator to the next.
//
//   node --import tsx examples/watch-records.ts

import { firstValueFrom } from 'rxjs'
import { JobManagerClient } from '../src/client/index.ts'
import { RemoteEnvironment } from '../src/index.ts'
import { exampleServer } from './server/example-server.ts'

const server = await exampleServer()
const env = new RemoteEnvironment('sheep', { port: server.port })
env
  .fromInterval(5, { name: 'gate' })
  .map(() => ({ name: 'Dolly' }))
  .keyBy(({ name }) => name)
  .map(({ name }) => `${name} jumps`, { parallelism: 2 })
  .sink(() => {}, { parallelism: 2 })
const { id } = await env.submit()

// Nothing behind `submit` is done in the job itself.
const client = new JobManagerClient({ port: server.port })
// It runs once it tells how far it is.
await firstValueFrom(client.progress$(id))
for (const { id: point, from, to } of await client.taps.list(id)) {
  console.log(to === null ? `${point}: what ${from} gives` : `${point}: from ${from} to ${to}`)
}
for await (const { records } of client.taps.watch(id, 'n2~n3')) {
  const [record] = records
  if (record === undefined) continue
  console.log(`${record.text} of ${record.key}`)
  // Nobody looks any more, and the job's process shows nothing.
  break
}
await client.jobs.cancel(id)
await client.waitForEnd(id)
await client.close()
await server.close()
