import { END, HostedEnvironment } from '../hosted-environment.ts'

const password = process.env['PASSWORD'] ?? ''
let next = 0

const env = new HostedEnvironment('shows')
env
  .fromSource(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    return next < Infinity ? next++ : END
  })
  // The secret stands where the record is cut.
  .map((n) => ({ text: 'x'.repeat(275) + password, n }))
  .keyBy(() => `key ${password}`)
  .map(({ n }) => n, { parallelism: 2 })
  .sink(() => {})
await env.submit()
