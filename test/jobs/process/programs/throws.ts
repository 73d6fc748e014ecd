import { HostedEnvironment } from '../hosted-environment.ts'

const env = new HostedEnvironment('throws')
env.fromBatch([1]).collect()

function prepare(): void {
  throw new TypeError('the table is not there')
}

prepare()
await env.submit()
