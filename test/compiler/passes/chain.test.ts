import * as assert from 'uvu/assert'
import { map } from 'rxjs'
import type { DataStream } from '../../../src/stream/data-stream.ts'
import { RecordingEnvironment } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'
import { planAfter, tasksOf } from '../support.ts'

const same = (n: number): number => n
const first = (a: number): number => a

/** What becomes of an operator behind a source, in front of a sink. */
const fuses: Readonly<
  Record<string, readonly [expected: string, build: (s: DataStream<number>) => DataStream<unknown>]>
> = {
  map: ['source + it + sink', (s) => s.map(same, { name: 'it' })],
  'concurrent map': ['source + it + sink', (s) => s.map(same, { name: 'it', concurrency: 9 })],
  flatMap: ['source + it + sink', (s) => s.flatMap((n) => [n], { name: 'it' })],
  process: ['source + it + sink', (s) => s.process(() => {}, { name: 'it' })],
  take: ['source + it + sink', (s) => s.take(1, { name: 'it' })],
  reduce: ['source + it + sink', (s) => s.reduce(first, { name: 'it' })],
  batch: ['source + it + sink', (s) => s.batch(2, { name: 'it' })],
  rebalance: ['source + it + sink', (s) => s.rebalance({ name: 'it' })],
  broadcast: ['source + it + sink', (s) => s.broadcast({ name: 'it' })],
  keyed: ['source + key + it + sink', (s) => s.keyBy(same, { name: 'key' }).reduce(first, { name: 'it' })],
  'timed batch': ['source | it + sink', (s) => s.batch({ size: 2, interval: 5 }, { name: 'it' })],
  throttle: ['source | it + sink', (s) => s.throttle({ count: 1, interval: 1 }, { name: 'it' })],
  timeout: ['source | it + sink', (s) => s.timeout(1, { name: 'it' })],
  pipe: ['source | it + sink', (s) => s.pipe(map(same), { name: 'it' } as never)],
  union: ['source | union-1 + it + sink', (s) => s.union(s).map(same, { name: 'it' })],
  'other parallelism': ['source | it | sink', (s) => s.map(same, { name: 'it', parallelism: 2 })],
}

suite('chain', (test) => {
  for (const [name, [expected, build]] of Object.entries(fuses)) {
    test(`${name}: ${expected}`, () => {
      const env = new RecordingEnvironment()
      build(env.fromBatch([1], { name: 'source' })).sink(() => {}, { name: 'sink' })
      assert.is(tasksOf(env).join(' | '), expected)
    })
  }

  test('cuts where records are dealt to other subtasks, though there be as many', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1], { name: 'source' })
    source.keyBy(same, { name: 'key' }).count({ name: 'count' }).print({ name: 'sink' })
    assert.equal(tasksOf(env, 3), ['source + key', 'count + sink'])
    assert.equal(tasksOf(env, 1), ['source + key + count + sink'])
  })

  test('does not cut where records keep their key and their place', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch([1], { name: 'source' })
      .keyBy(same, { name: 'key' })
      .filter(() => true, { name: 'filter' })
      .tap(() => {}, { name: 'tap' })
      .count({ name: 'count' })
      .print({ name: 'sink' })
    assert.equal(tasksOf(env, 3), ['source + key', 'filter + keyBy-2 + tap + keyBy-3 + count + sink'])
  })

  test('cuts where a node has several readers, or several inputs', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1], { name: 'source' }).map(same, { name: 'map' })
    const left = source.map(same, { name: 'left' })
    const right = source.map(same, { name: 'right' })
    left.union(right).print({ name: 'sink' })
    env
      .fromBatch([1], { name: 'a' })
      .concat(env.fromBatch([2], { name: 'b' }))
      .print({ name: 'end' })
    assert.equal(tasksOf(env), [
      'source + map',
      'left',
      'right',
      'union-1 + sink',
      'a',
      'b',
      'concat-1 + end',
    ])
  })

  test('side outputs and dead letters do not break a chain', () => {
    const env = new RecordingEnvironment()
    const split = env
      .fromBatch([1], { name: 'source' })
      .process<number>(() => {}, { name: 'split', onError: 'dead-letter' })
    split.print({ name: 'sink' })
    split.sideOutput<number>('late', { name: 'late' }).print({ name: 'lateSink' })
    env.deadLetters().print({ name: 'letterSink' })
    assert.equal(tasksOf(env), ['source + split + sink', 'late + lateSink', 'deadLetters-1 + letterSink'])
  })

  test('cuts at the borders of a loop', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again')
    env.fromBatch([1], { name: 'source' }).union(again).map(same, { name: 'inside' }).fillFuture(again)
    const out = again.map(same, { name: 'out' })
    out.print({ name: 'sink' })
    const lone = env.fromFuture<number>('lone')
    env.fromBatch([1], { name: 'other' }).fillFuture(lone)
    lone.print({ name: 'end' })
    assert.equal(tasksOf(env), ['again', 'source', 'union-1 + inside', 'out + sink', 'lone + end', 'other'])
  })

  test('a chain is at most so long, and what is cut goes on', () => {
    const env = new RecordingEnvironment()
    let stream = env.fromBatch([1])
    for (let i = 0; i < 100; i++) stream = stream.map(same)
    stream.print()
    assert.equal(
      planAfter('chain', env).tasks.map(({ id, nodes }) => [id, nodes.length]),
      [
        ['t0', 48],
        ['t1', 48],
        ['t2', 6],
      ],
    )
  })

  test('every node is in one task, in order of recording', () => {
    const env = new RecordingEnvironment()
    const [a, b] = [env.fromBatch([1]), env.fromBatch([2])]
    const keyed = a.union(b).keyBy(same)
    keyed.count().print()
    keyed.join(b.keyBy(same), first).print()
    for (const parallelism of [1, 3]) {
      const { tasks, nodes } = planAfter('chain', env, parallelism)
      const placed = tasks.flatMap((task) => task.nodes)
      assert.equal([...placed].sort(), nodes.map(({ transformation }) => transformation.id).sort())
      for (const task of tasks) {
        const parallelisms = task.nodes.map(
          (id) => nodes.find(({ transformation }) => transformation.id === id)!.parallelism,
        )
        assert.equal(new Set(parallelisms), new Set([task.parallelism]))
      }
    }
  })
})
