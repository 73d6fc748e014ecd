import { HostedEnvironment } from '../hosted-environment.ts'

const env = new HostedEnvironment('waits')
env.fromBatch([1]).collect()

async function settings(): Promise<unknown> {
  await new Promise((resolve) => setTimeout(resolve, 1))
  return new Promise(() => {})
}

// Or something in the process goes on for ever.
if (process.argv[2] === 'busy') setInterval(() => {}, 1000)

await settings()
await env.submit()
