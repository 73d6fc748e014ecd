import * as assert from 'uvu/assert'
import { RecordingEnvironment } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'
import { edgesOf, planAfter } from '../support.ts'

const same = (n: number): number => n

suite('connect', (test) => {
  test('makes an edge of every input, in order, a node read twice included', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1], { name: 'source' })
    source.union(source.map(same, { name: 'map' }), source).print({ name: 'sink' })
    const { edges } = planAfter('connect', env)
    assert.equal(
      edges.map(({ id }) => id),
      ['n0>n1#0', 'n0>n2#0', 'n1>n2#1', 'n0>n2#2', 'n2>n3#0'],
    )
    assert.ok(edges.every(({ role, route, keyed }) => role.type === 'data' && route === 'forward' && !keyed))
  })

  test('side outputs, keys and loops are told', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again')
    const split = env
      .fromBatch([1], { name: 'source' })
      .union(again)
      .process<number>(() => {}, { name: 'split' })
    split.sideOutput<number>('late').fillFuture(again)
    split.keyBy(same, { name: 'key' }).count({ name: 'count' }).print({ name: 'sink' })
    const plan = planAfter('connect', env)
    assert.equal(edgesOf(plan), [
      'sideOutput-1 > again feedback forward',
      'source > union-1 data forward',
      'again > union-1 data forward',
      'union-1 > split data forward',
      'split > sideOutput-1 side late forward',
      'split > key data forward',
      'key > count data forward',
      'count > sink data forward',
    ])
    assert.equal(
      plan.edges.filter(({ keyed }) => keyed).map(({ to }) => to),
      ['n6'],
    )
    assert.equal(plan.loops, [['n0', 'n2', 'n3', 'n4']])
    assert.equal(
      plan.nodes.map(({ loop }) => loop),
      [0, null, 0, 0, 0, null, null, null],
    )
  })

  test('a future given from outside is no loop, nor is the part of its input that comes from outside', () => {
    const env = new RecordingEnvironment()
    const later = env.fromFuture<number>('later')
    const round = env.fromFuture<number>('round')
    later.print({ name: 'sink' })
    env.fromBatch([1], { name: 'a' }).fillFuture(later)
    env
      .fromBatch([2], { name: 'b' })
      .union(round.map(same, { name: 'inside' }))
      .fillFuture(round)
    round.print({ name: 'out' })
    const plan = planAfter('connect', env)
    const roles = edgesOf(plan).filter((edge) => edge.includes('> later') || edge.includes('> round'))
    assert.equal(roles, ['a > later data forward', 'union-1 > round feedback forward'])
  })

  test('dead letters come from who gives them up, and may go round in a loop', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again')
    const retry = { attempts: 1 }
    env
      .fromBatch([1], { name: 'source' })
      .union(again)
      .map(same, { name: 'first', onError: 'dead-letter' })
      .map(same, { name: 'second', onError: { retry, then: 'dead-letter' } })
      .map(same, { name: 'third', onError: 'skip' })
      .print({ name: 'sink' })
    env
      .deadLetters()
      .map(() => 1, { name: 'mend', onError: 'dead-letter' })
      .fillFuture(again)
    const plan = planAfter('connect', env)
    const letters = edgesOf(plan).filter((edge) => edge.includes('> deadLetters-1'))
    assert.equal(letters, [
      'first > deadLetters-1 deadLetter forward',
      'second > deadLetters-1 deadLetter forward',
    ])
    assert.is(plan.loops.length, 1)
    const names = plan.loops[0]!.map((id) => plan.nodes.find(({ transformation }) => transformation.id === id)!.transformation.name) // prettier-ignore
    assert.equal(names, ['again', 'union-1', 'first', 'second', 'deadLetters-1', 'mend'])
  })
})
