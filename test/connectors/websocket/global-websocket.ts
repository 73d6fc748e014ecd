// Run with --experimental-websocket on Node 20, so that the global WebSocket is that of the platform. Prints what it reads.

import process from 'node:process'
import { fromWebSocket } from '../../../src/connectors/websocket/index.ts'
import { LocalEnvironment } from '../../../src/environment/local-environment.ts'

const env = new LocalEnvironment('global-websocket')
const heartbeat = { interval: 60_000, message: 'ping' }
const source = fromWebSocket(process.argv[2]!, { headers: { 'x-key': 'abc' }, subscribe: 'all', heartbeat })
let enough!: () => void
const seen = new Promise<void>((resolve) => (enough = resolve))
let count = 0
env.fromSource(source).sink((message) => {
  console.log(typeof message === 'string' ? message : [...message].join())
  if (++count === 2) enough()
})
const job = await env.submit()
await (process.argv[3] === 'stop' ? seen : job.drained)
await job.stop()
console.log((await job.result).status)
