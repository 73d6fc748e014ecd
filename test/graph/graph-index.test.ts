import * as assert from 'uvu/assert'
import { indexGraph } from '../../src/graph/graph-index.ts'
import type { Transformation } from '../../src/graph/transformation.ts'
import { suite } from '../support/suite.ts'

const union = (id: string, ...inputs: string[]): Transformation => ({
  id,
  name: id,
  kind: 'union',
  inputs,
  keyed: false,
  onError: 'fail',
})

suite('indexGraph', (test) => {
  const nodes = [union('a', 'c'), union('b', 'a'), union('c', 'b'), union('d', 'c', 'x'), union('x')]
  const { downstream, upstream } = indexGraph({ name: 'loop', services: [], nodes })

  test('gives the node and all behind it, round a loop too', () => {
    assert.equal([...downstream('b')], ['b', 'c', 'a', 'd'])
    assert.equal([...downstream('d')], ['d'])
    assert.equal([...downstream('nobody')], ['nobody'])
  })

  test('gives the node and all before it, round a loop too', () => {
    assert.equal([...upstream('d')], ['d', 'c', 'x', 'b', 'a'])
    assert.equal([...upstream('x')], ['x'])
  })
})
