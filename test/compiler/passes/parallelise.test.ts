import { EMPTY, map } from 'rxjs'
import * as assert from 'uvu/assert'
import type { DataStream } from '../../../src/stream/data-stream.ts'
import { RecordingEnvironment } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'
import { edgesOf, parallelismOf, planAfter } from '../support.ts'

const STANDARD = 4
const same = (n: number): number => n

/** What each operator has when it says nothing itself, behind one with 3 subtasks. */
const operators: Readonly<
  Record<string, readonly [number, (stream: DataStream<number>) => DataStream<unknown>]>
> = {
  map: [STANDARD, (s) => s.map(same, { name: 'it' })],
  filter: [STANDARD, (s) => s.filter(() => true, { name: 'it' })],
  batch: [STANDARD, (s) => s.batch(2, { name: 'it' })],
  sink: [STANDARD, (s) => s.sink(() => {}, { name: 'it' })],
  pipe: [STANDARD, (s) => s.pipe(map(same), { name: 'it' } as never)],
  'keyed reduce': [STANDARD, (s) => s.keyBy(same).reduce(same, { name: 'it' })],
  'keyed scan': [STANDARD, (s) => s.keyBy(same).scan(same, 0, { name: 'it' })],
  'keyed count': [STANDARD, (s) => s.keyBy(same).count({ name: 'it' })],
  union: [STANDARD, (s) => s.union(s.map(same)).map(same, { name: 'it' })],
  reduce: [1, (s) => s.reduce(same, { name: 'it' })],
  count: [1, (s) => s.count({ name: 'it' })],
  scan: [1, (s) => s.scan(same, 0, { name: 'it' })],
  take: [1, (s) => s.take(1, { name: 'it' })],
  skip: [1, (s) => s.skip(1, { name: 'it' })],
  throttle: [1, (s) => s.throttle({ count: 1, interval: 1 }, { name: 'it' })],
  timeout: [1, (s) => s.timeout(1, { name: 'it' })],
  rebalance: [3, (s) => s.rebalance({ name: 'it' })],
  broadcast: [3, (s) => s.broadcast({ name: 'it' })],
  keyBy: [3, (s) => s.keyBy(same, { name: 'it' }).count()],
  sideOutput: [3, (s) => s.process(() => {}, { parallelism: 3 }).sideOutput('late', { name: 'it' })],
}

suite('parallelise', (test) => {
  for (const [name, [expected, build]] of Object.entries(operators)) {
    test(`${name} that says nothing has ${expected}`, () => {
      const env = new RecordingEnvironment()
      build(env.fromBatch([1]).map(same, { parallelism: 3 })).print()
      const told = env.nodes.find((node) => node.name === 'it')
      assert.ok(told, 'the operator takes a name')
      assert.is(parallelismOf(env, STANDARD)['it'], expected)
    })
  }

  test('what is said is done', () => {
    const env = new RecordingEnvironment()
    env.fromBatch([1], { name: 'source', parallelism: 7 }).map(same, { name: 'map', parallelism: 2 }).print({ name: 'sink', parallelism: 5 }) // prettier-ignore
    assert.equal(parallelismOf(env, 4), { source: 7, map: 2, sink: 5 })
  })

  test('sources that can be dealt out have the standard, others one', () => {
    const env = new RecordingEnvironment()
    const sources = [
      env.fromBatch([1], { name: 'batch' }),
      env.fromSource(() => 1, { name: 'pull' }),
      env.fromObservable(EMPTY, { name: 'observable', overflow: 'error', capacity: 1 }),
      env.fromInterval(1, { name: 'interval' }),
    ]
    for (const source of sources) (source as DataStream<unknown>).sink(() => {}, { name: 'sink' })
    const { sink: _, ...rest } = parallelismOf(env, 4)
    assert.equal(rest, { batch: 4, pull: 4, observable: 1, interval: 1 })
  })

  test('routes: forward between equals, else in turn; by key, to all, or in turn where it is asked for', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1], { name: 'source', parallelism: 2 })
    source.map(same, { name: 'even', parallelism: 2 }).print({ name: 'odd', parallelism: 3 })
    source.rebalance({ name: 'deal' }).print({ name: 'dealt', parallelism: 2 })
    source.broadcast({ name: 'cast' }).print({ name: 'all', parallelism: 2 })
    source
      .keyBy(same, { name: 'key' })
      .count({ name: 'count', parallelism: 2 })
      .print({ name: 'counts', parallelism: 2 })
    assert.equal(edgesOf(planAfter('parallelise', env)), [
      'source > even data forward',
      'even > odd data rebalance',
      'source > deal data forward',
      'deal > dealt data rebalance',
      'source > cast data forward',
      'cast > all data broadcast',
      'source > key data forward',
      'key > count data hash',
      'count > counts data forward',
    ])
  })

  test('a key that records have already takes them nowhere else, unless there are more or fewer subtasks', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch([1], { name: 'source', parallelism: 2 })
      .keyBy(same, { name: 'key' })
      .filter(() => true, { name: 'even', parallelism: 3 })
      .tap(() => {}, { name: 'three', parallelism: 3 })
      .tap(() => {}, { name: 'two', parallelism: 2 })
      .count({ name: 'count', parallelism: 2 })
      .print({ name: 'sink', parallelism: 2 })
    const plan = planAfter('parallelise', env)
    assert.equal(edgesOf(plan), [
      'source > key data forward',
      'key > even data hash',
      'even > keyBy-2 data forward',
      'keyBy-2 > three data forward',
      'three > keyBy-3 data forward',
      'keyBy-3 > two data hash',
      'two > keyBy-4 data forward',
      'keyBy-4 > count data forward',
      'count > sink data forward',
    ])
    assert.equal(
      plan.edges.map(({ keyed }) => keyed),
      [false, true, true, true, true, true, true, true, false],
      'they bring it along',
    )
  })

  test('the same selector by chance is another key', () => {
    const env = new RecordingEnvironment()
    const keyed = env.fromBatch([1], { name: 'source' }).keyBy(same, { name: 'key' })
    keyed
      .filter(() => true, { name: 'filter' })
      .keyBy(same, { name: 'again' })
      .count({ name: 'count' })
      .print({ name: 'sink' })
    assert.equal(edgesOf(planAfter('parallelise', env, 3)).slice(2, 4), [
      'filter > again data forward',
      'again > count data hash',
    ])
  })

  test('what is routed is what an operator passes on, not its side outputs or dead letters', () => {
    const env = new RecordingEnvironment()
    const bad = (): never => { throw new Error('no') } // prettier-ignore
    env.fromBatch([1], { name: 'source' }).keyBy(bad, { name: 'key', parallelism: 3, onError: 'dead-letter' }).count().print() // prettier-ignore
    env.deadLetters().print()
    const letters = edgesOf(planAfter('parallelise', env)).filter((edge) => edge.includes('> deadLetters-1'))
    assert.equal(letters, ['key > deadLetters-1 deadLetter rebalance'])
  })
})
