import { HostedEnvironment } from '../hosted-environment.ts'

const env = new HostedEnvironment('unsaved')
const numbers = env.fromInterval(1)
numbers.concat(env.fromBatch([1])).sink(() => {})
await env.submit()
