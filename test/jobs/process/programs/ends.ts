import { HostedEnvironment } from '../hosted-environment.ts'

async function main(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1))
  const env = new HostedEnvironment('ends')
  env.fromBatch([1]).collect()
  if (process.argv[2] === 'submit') await env.submit()
}

void main()
