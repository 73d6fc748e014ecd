// A RemoteEnvironment with settings of its own, of which those of a command go before.
import process from 'node:process'
import { insideJob, RemoteEnvironment } from '../../../src/index.ts'

console.log(`before: ${insideJob() ? 'a job' : 'a program'}`)
const env = new RemoteEnvironment('remote', {
  host: '192.0.2.1',
  env: ['FROM_PROGRAM'],
  assets: ['data/*.txt'],
  priority: 3,
})
env.fromBatch(['FROM_PROGRAM', 'FROM_COMMAND', 'HIDDEN']).sink((name) => {
  console.log(`${name}: ${process.env[name]}`)
})
await env.submit({ autostop: true })
console.log('behind the submit')
