import { HostedEnvironment } from '../hosted-environment.ts'

const env = new HostedEnvironment('exits')
env.fromBatch([1]).collect()
if (process.argv[2] === 'sometimes') process.exit(3)
await env.submit()
