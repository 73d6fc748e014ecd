// A job on a server is stopped in the middle, behind a savepoint, and goes on later: no record is lost, and none counts
// twice.
//
//   node --import tsx examples/stop-and-continue.ts

import { filter, firstValueFrom } from 'rxjs'
import { RemoteEnvironment } from '../src/index.ts'
import { exampleServer } from './server/example-server.ts'

const server = await exampleServer()
const env = new RemoteEnvironment('totals', { port: server.port, checkpoints: { interval: 100 } })

const totals = env
  .fromInterval(5, { count: 200 })
  .scan((total, n) => total + n, 0)
  .tap((total) => console.log(`total ${total}`))
  .collect()

const job = await env.start()
await firstValueFrom(job.logs$.pipe(filter(({ text }) => text === 'total 45')))
await job.stop({ savepoint: true })
console.log((await job.result).status)

await job.continue()
console.log((await job.result).status)
console.log(`${totals.values.length} totals, the last is ${totals.values.at(-1)}`)
await env.close()
await server.close()
