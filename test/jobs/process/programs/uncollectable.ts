import { HostedEnvironment } from '../hosted-environment.ts'

const env = new HostedEnvironment('uncollectable')
env.fromBatch([() => 1]).collect({ name: 'functions' })
await env.submit()
