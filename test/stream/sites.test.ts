import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { marbles } from '../../src/testing/index.ts'
import { hereLine } from '../job/jobs.ts'
import { suite } from '../support/suite.ts'
import { RecordingEnvironment } from './recorded.ts'

const here = fileURLToPath(import.meta.url)

suite('the site of an operator', (test) => {
  test('is the line of the program, however far the way through the library', () => {
    const env = new RecordingEnvironment()
    const first = hereLine()
    const keyed = env.fromBatch([1]).keyBy((n) => n)
    // Behind a filter the key is recorded anew, by whoever reads it.
    const filtered = keyed.filter((n) => n > 0)
    filtered.process(() => {}).collect()
    keyed
      .tap(() => {})
      .dedupe()
      .toAsyncIterable()
    env
      .fromBatch([1])
      .connect(env.fromBatch([2]))
      .map((n) => n)
      .print()
    const last = hereLine()
    assert.ok(env.nodes.length > 10)
    for (const { name, site } of env.nodes) {
      assert.is(site?.file, here, name)
      assert.ok(site!.line > first && site!.line < last, `${name}: line ${site!.line}`)
    }
  })

  test('is the line of a test, also of what the testing kit adds', async () => {
    let names: readonly (readonly [string, string | undefined])[] = []
    await marbles(({ env, cold, expectStream }) => {
      const keyed = env.fromObservable<string>(cold('-a-|')).keyBy((x) => x)
      expectStream(keyed.filter((x) => x !== '')).toBe('-a-|')
      names = env.graph.nodes.map(({ name, site }) => [name, site?.file])
    })
    assert.ok(names.length > 3)
    for (const [name, file] of names) assert.is(file, here, name)
  })
})
