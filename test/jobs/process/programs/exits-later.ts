import { HostedEnvironment } from '../hosted-environment.ts'

const env = new HostedEnvironment('exits later')
env.fromBatch([1]).sink(() => {
  process.exit(4)
})
await env.submit()
