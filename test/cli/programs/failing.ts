import { LocalEnvironment } from '../../../src/index.ts'

const env = new LocalEnvironment('failing')
env
  .fromBatch([1, 2, 3])
  .map((n) => {
    if (n === 2) throw new Error('no twos')
    return n
  })
  .sink(() => {})
await env.submit({ autostop: true })
