import * as assert from 'uvu/assert'
import { findLoops } from '../../src/graph/find-loops.ts'
import { RecordingEnvironment } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

const same = (n: number): number => n

suite('findLoops', (test) => {
  test('finds none where nothing goes round', () => {
    const env = new RecordingEnvironment()
    env.fromBatch([1]).map(same).print()
    assert.equal(findLoops(env.graph), [])
  })

  test('gives the members of a loop, and not what leads in or out', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again') // n0
    const loop = env.fromBatch([1]).union(again).map(same) // n1, n2, n3
    loop.filter((n) => n > 0).fillFuture(again) // n4
    loop.print() // n5
    assert.equal(findLoops(env.graph), [['n0', 'n2', 'n3', 'n4']])
  })

  test('takes loops that share a node for one, and keeps others apart', () => {
    const env = new RecordingEnvironment()
    const [a, b, c] = ['a', 'b', 'c'].map((name) => env.fromFuture<number>(name)) // n0, n1, n2
    const inside = env.fromBatch([1]).union(a!, b!) // n3, n4
    inside.map(same).fillFuture(a!) // n5
    inside.map(same).fillFuture(b!) // n6
    env.fromBatch([1]).union(c!).fillFuture(c!) // n7, n8
    assert.equal(findLoops(env.graph), [
      ['n0', 'n1', 'n4', 'n5', 'n6'],
      ['n2', 'n8'],
    ])
  })

  test('finds a loop through two futures', () => {
    const env = new RecordingEnvironment()
    const a = env.fromFuture<number>('a') // n0
    const b = env.fromFuture<number>('b') // n1
    a.map(same).fillFuture(b) // n2
    b.map(same).fillFuture(a) // n3
    assert.equal(findLoops(env.graph), [['n0', 'n1', 'n2', 'n3']])
  })

  test('takes a future filled by itself for a loop', () => {
    const env = new RecordingEnvironment()
    const a = env.fromFuture<number>('a')
    a.fillFuture(a)
    assert.equal(findLoops(env.graph), [['n0']])
  })

  test('takes a future that is only given later for none', () => {
    const env = new RecordingEnvironment()
    const later = env.fromFuture<number>('later')
    later.print()
    env.fromBatch([1]).fillFuture(later)
    assert.equal(findLoops(env.graph), [])
  })

  test('does not overflow the stack', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again')
    let stream = env.fromBatch([1]).union(again)
    for (let i = 0; i < 3_000; i++) stream = stream.broadcast()
    stream.fillFuture(again)
    assert.is(findLoops(env.graph)[0]!.length, 3_002)
  })
})
