import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { firstDifference } from '../../src/graph/first-difference.ts'
import { graphHash } from '../../src/graph/graph-hash.ts'
import type { PipelineGraph } from '../../src/graph/pipeline-graph.ts'
import { RecordingEnvironment } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

const here = fileURLToPath(import.meta.url)

const record = (build: (env: RecordingEnvironment) => void, name = 'job'): PipelineGraph => {
  const env = new RecordingEnvironment(name)
  build(env)
  return env.graph
}

const usual = (env: RecordingEnvironment): void => {
  env
    .fromBatch([1, 2], { name: 'in' })
    .map((n) => n, { name: 'map' })
    .collect({ name: 'out' })
}

const throughJson = (graph: PipelineGraph): PipelineGraph =>
  JSON.parse(JSON.stringify(graph)) as PipelineGraph

/** The same pipelines, each with one thing that is other. */
const others: readonly (readonly [what: string, graph: PipelineGraph])[] = [
  ['names the pipeline', record(usual, 'other')],
  [
    'the first has map "map"',
    record((env) => {
      env
        .fromBatch([1], { name: 'in' })
        .filter(() => true, { name: 'map' })
        .collect({ name: 'out' })
    }),
  ],
  [
    'concurrency 1 in the first, and 4 in the second',
    record((env) => {
      env
        .fromBatch([1], { name: 'in' })
        .map((n) => n, { name: 'map', concurrency: 4 })
        .collect({ name: 'out' })
    }),
  ],
  [
    'the second has source "source-2"',
    record((env) => {
      usual(env)
      env.fromBatch([1]).collect({ name: 'more' })
    }),
  ],
  [
    'has the services',
    record((env) => {
      env.registerService('s', class {})
      usual(env)
    }),
  ],
]

suite('graphHash', (test) => {
  test('is the same wherever the same pipeline is recorded, and after a way through JSON', () => {
    const hash = graphHash(record(usual))
    assert.match(hash, /^[0-9a-f]{64}$/)
    assert.is(graphHash(record((env) => usual(env))), hash)
    assert.is(graphHash(throughJson(record(usual))), hash)
  })

  test('does not depend on the order of keys', () => {
    const { name, nodes, services } = record(usual)
    const turned = nodes.map((node) => Object.fromEntries(Object.entries({ ...node }).reverse()))
    assert.is(graphHash({ services, nodes: turned as never, name }), graphHash(record(usual)))
  })

  test('is another for another pipeline', () => {
    const hashes = [record(usual), ...others.map(([, graph]) => graph)].map(graphHash)
    assert.is(new Set(hashes).size, hashes.length)
  })
})

suite('firstDifference', (test) => {
  test('is none where the hash is the same', () => {
    assert.is(firstDifference(['a', record(usual)], ['b', throughJson(record(usual))]), undefined)
  })

  for (const [what, other] of others) {
    test(`tells: ${what}`, () => {
      const difference = firstDifference(['the first', throughJson(record(usual))], ['the second', other])
      assert.ok(difference?.text.includes(what) === true, difference?.text)
    })
  }

  test('names the operator and its line', () => {
    const { operator, site, text } = firstDifference(['a', record(usual)], ['b', others[1]![1]])!
    assert.equal([operator, site?.file], ['map', here])
    assert.match(text, `filter "map" (${here}:${site!.line})`)
  })
})
