import * as assert from 'uvu/assert'
import { deepFreeze } from '../../src/util/deep-freeze.ts'
import { suite } from '../support/suite.ts'

suite('deepFreeze', (test) => {
  test('freezes objects and arrays at every depth, and returns what it was given', () => {
    const data = { a: [{ b: { c: 1 } }], d: null, e: 'text', f: undefined }
    assert.is(deepFreeze(data), data)
    for (const part of [data, data.a, data.a[0], data.a[0]!.b]) assert.ok(Object.isFrozen(part))
  })

  test('passes what cannot be frozen', () => {
    for (const value of [1, 'text', null, undefined, true]) assert.is(deepFreeze(value), value)
  })

  test('takes what is frozen to be so throughout', () => {
    const inside = { a: 1 }
    deepFreeze({ outside: Object.freeze({ inside }) })
    assert.not(Object.isFrozen(inside))
  })
})
