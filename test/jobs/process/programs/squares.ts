import { HostedEnvironment, LocalEnvironment } from '../hosted-environment.ts'

// Another environment just runs, wherever it is.
const local = new LocalEnvironment('local')
const doubled = local
  .fromBatch([1, 2])
  .map((n) => 2 * n)
  .collect()
await local.submit({ autostop: true })
if (process.argv[2] !== undefined) console.log(process.argv.slice(2).join(), doubled.values.join())

const env = new HostedEnvironment('squares')
env
  .fromBatch([1, 2, 3])
  .map((n) => n * n, { name: 'square' })
  .collect({ name: 'seen' })
await env.submit()
console.log('behind')
