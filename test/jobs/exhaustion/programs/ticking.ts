// Goes on until it is stopped, and saves a little state five times a second.

import process from 'node:process'
import { RemoteEnvironment } from '../../../../src/index.ts'

let read = 0
const env = new RemoteEnvironment('ticking', {
  port: Number(process.env['TEST_PORT']),
  checkpoints: { interval: 200 },
})
env
  .fromSource<number>({
    next: () => new Promise((resolve) => setTimeout(() => resolve(read++), 5)),
    snapshot: () => read,
    restore: (position) => void (read = position as number),
  })
  .keyBy((n) => n % 10)
  .count()
  .sink(() => {})
await env.submit()
