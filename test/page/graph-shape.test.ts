import * as assert from 'uvu/assert'
import { shareDone, withProgress } from '../../src/page/job-list/job-progress.ts'
import { placeGraph } from '../../src/page/job/graph-layout.ts'
import { bottleneck, edgesOf, rateOver, slowestBehind, weightOf } from '../../src/page/job/graph-shape.ts'
import type { JobProgress } from '../../src/runtime/metrics/job-metrics.ts'
import { aProgress } from '../client/support/a-job.ts'
import { suite } from '../support/suite.ts'

type Node = JobProgress['nodes'][number]

const node = (id: string, kind: string, inputs: readonly string[], records: number): Node => ({
  id,
  kind,
  inputs,
  name: id,
  parallelism: 1,
  in: kind === 'source' ? 0 : records,
  handled: 0,
  dropped: 0,
  deadLettered: 0,
  failed: 0,
  unfinished: 0,
  out: records,
  errors: 0,
})
const nodes = [node('a', 'source', [], 9), node('b', 'map', ['a'], 5), node('c', 'sink', ['b', 'gone'], 3)]
const edge = (from: string, to: string, fill: number) => ({ from, to, sent: 1, held: 1, fill })

suite('what is drawn of a job', (test) => {
  test('has an edge for every input that there is', () => {
    const edges = edgesOf({ nodes, edges: [edge('b', 'c', 0.5)] })
    assert.equal(
      edges.map(({ from, to, metrics }) => [from, to, metrics?.fill ?? null]),
      [
        ['a', 'b', null],
        ['b', 'c', 0.5],
      ],
    )
  })

  test('points at the operator that the others wait for', () => {
    const full = [edge('a', 'b', 1), edge('b', 'c', 1.2)]
    const found = bottleneck(nodes, full)
    assert.equal([found?.node.id, found?.waiting.map(({ id }) => id)], ['c', ['b']])
    assert.is(bottleneck(nodes, [edge('a', 'b', 0.9)]), null)
  })

  test('points at what is busiest behind those that are held back', () => {
    const [a, b, c] = [nodes[0]!, nodes[1]!, nodes[2]!]
    const held = { busy: 0.1, held: 0.8, idle: 0.1 }
    const busy = { busy: 0.9, held: 0, idle: 0.1 }
    assert.is(slowestBehind(a, nodes, { a: held, b: held, c: busy }), c)
    assert.is(slowestBehind(b, nodes, { b: held, c: busy }), c)
    assert.is(slowestBehind(a, nodes, { a: busy, b: held }), a)
    assert.is(slowestBehind(a, nodes, {}), a, 'nothing is known')
    assert.is(slowestBehind(a, nodes, { a: held }), a, 'nothing is known of what is behind it')
    const circle = [{ ...a, inputs: ['b'] }, b]
    assert.ok(circle.includes(slowestBehind(circle[0]!, circle, { a: held, b: held })))
  })

  test('has lines that grow with what goes over them', () => {
    assert.equal([weightOf(0, 10), weightOf(10, 10), weightOf(5, 0)], [0, 1, 0])
    assert.ok(weightOf(1, 1000) < weightOf(100, 1000))
  })

  test('knows what goes over an edge beside others of the same operators', () => {
    const rates = {
      a: { in: 0, out: 9 },
      b: { in: 9, out: 4 },
      union: { in: 13, out: 13 },
      side: { in: 2, out: 0 },
    }
    const over = (from: string, to: string): number => rateOver({ from, to }, rates)
    assert.equal([over('a', 'union'), over('b', 'union'), over('a', 'side'), over('a', 'gone')], [9, 4, 2, 0])
  })

  test('has lines that leave by one side of an operator and enter by the other', () => {
    const arms = ['b', 'c', 'd'].map((to) => ({ from: 'a', to }))
    const { nodes: places, edges } = placeGraph(
      { nodes: ['a', 'b', 'c', 'd'].map((id) => ({ id })), edges: arms },
      'LR',
      96,
    )
    for (const { from, to } of arms) {
      const points = edges.get(`${from}>${to}`)!
      assert.equal([points[0]!.y, points.at(-1)!.y], [places.get(from)!.y, places.get(to)!.y])
      assert.ok(points[0]!.x > places.get(from)!.x && points.at(-1)!.x < places.get(to)!.x)
    }
  })

  test('knows rates from what was told before, and none of a job that began again', () => {
    const at = (elapsedMs: number, read: number): JobProgress => ({
      ...aProgress(read),
      elapsedMs,
      nodes: [{ ...nodes[0]!, out: read }],
    })
    const first = withProgress(undefined, at(1000, 10))
    assert.is(first.rate, null)
    const second = withProgress(first, at(3000, 110))
    assert.equal([second.rate, second.nodeRates], [50, { a: { in: 0, out: 50 } }])
    assert.is(withProgress(second, at(3050, 120)).rate, 50)
    assert.is(withProgress(second, at(100, 1)).rate, null)
  })

  test('knows how far a job is where all of its sources do', () => {
    const source = { node: 'a', done: 3, total: 12, unit: 'records' } as const
    const of = (...sources: JobProgress['sources'][number][]): number | null =>
      shareDone({ ...aProgress(1), sources })
    assert.equal(
      [
        of(),
        of(source),
        of(source, { ...source, done: 12 }),
        of(source, { node: 'b', done: 1, unit: 'records' }),
      ],
      [null, 0.25, 0.625, null],
    )
    assert.is(of(source, { ...source, unit: 'bytes' }), null)
  })
})
