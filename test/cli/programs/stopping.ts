// Stops its own job.
import { LocalEnvironment } from '../../../src/index.ts'

const env = new LocalEnvironment('stopping')
env.fromInterval(1).sink((n) => {
  if (n === 3) void env.stop()
})
await env.submit({ autostop: true })
