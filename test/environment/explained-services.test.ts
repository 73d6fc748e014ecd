import * as assert from 'uvu/assert'
import { LocalEnvironment, RemoteEnvironment } from '../../src/index.ts'
import { suite } from '../support/suite.ts'

class Model {}

const services = (text: string): readonly string[] => {
  const lines = text.split('\n')
  const from = lines.indexOf('== services')
  return from === -1 ? [] : lines.slice(from + 1).filter((line) => line !== '')
}

suite('explain', (test) => {
  test('says of each service where it is hosted, and how it is restarted and cleaned up', () => {
    const env = new LocalEnvironment('explained', { teardownTimeout: 700 })
      .registerService('here', Model)
      .registerService('there', Model, { remote: true })
      .registerService('many', {
        class: Model,
        remote: true,
        instances: 3,
        restarts: Infinity,
        cleanupTimeout: 50,
      })
      .registerPipeline('twice', (requests) => requests.map((n: unknown) => Number(n) * 2))
    env.fromBatch([1]).sink(() => {})
    assert.equal(services(env.explain()), [
      "  'here' in process, cleanupTimeout 700 ms",
      "  'there' remote x1, restarts 3, cleanupTimeout 700 ms",
      "  'many' remote x3, restarts Infinity, cleanupTimeout 50 ms",
      "  'twice' is a pipeline: n0 ... n2",
    ])
  })

  test('does so for a RemoteEnvironment as well, and has no such section where there are none', () => {
    const env = new RemoteEnvironment('explained', { host: '192.0.2.1' })
    env.fromBatch([1]).sink(() => {})
    assert.equal(env.explain().includes('== services'), false)
    env.registerService('there', Model, { remote: true, instances: 2 })
    assert.equal(services(env.explain()), ["  'there' remote x2, restarts 3, cleanupTimeout 5000 ms"])
  })
})
