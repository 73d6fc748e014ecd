import * as assert from 'uvu/assert'
import { nodeOf } from '../../src/compiler/plan.ts'
import { suite } from '../support/suite.ts'
import { everything, planAfter } from './support.ts'

suite('nodeOf', (test) => {
  test('finds a node of this plan, and refuses one there is not', () => {
    const before = planAfter('record', everything())
    const after = planAfter('place', everything(), 2)
    assert.is(nodeOf(before, 'n3').parallelism, 1)
    assert.is(nodeOf(after, 'n3').parallelism, 2)
    assert.is(nodeOf(after, 'n3'), after.nodes[3])
    assert.throws(() => nodeOf(after, 'n99'), /There is no node n99 in the plan of 'everything'/)
  })
})
