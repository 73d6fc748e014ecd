import { existsSync } from 'node:fs'
import { fixedDelay, HostedEnvironment, MemoryCheckpointStore } from '../hosted-environment.ts'

const delay = Number(process.argv[2]) || 0
const checkpoints = { store: new MemoryCheckpointStore(), interval: 10 }
const env = new HostedEnvironment('restarting', { checkpoints, restart: fixedDelay({ attempts: 1, delay }) })
let failed = false
env
  .fromInterval(1)
  .map((n) => {
    if (failed || !existsSync('fail')) return n
    failed = true
    throw new Error('one bad day')
  })
  .collect()
await env.submit()
