import { LocalEnvironment } from '../../../src/index.ts'

class Rates {}
class Model {}

const env = new LocalEnvironment('with services')
  .registerService('rates', Rates)
  .registerService('model', Model, { remote: true, instances: 2, restarts: 1, cleanupTimeout: 250 })
env.fromBatch([1]).sink(() => {})
await env.submit({ autostop: true })
