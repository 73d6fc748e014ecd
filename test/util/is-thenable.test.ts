import * as assert from 'uvu/assert'
import { isThenable } from '../../src/util/is-thenable.ts'
import { suite } from '../support/suite.ts'

suite('isThenable', (test) => {
  test('is true for promises of any library', () => {
    class Derived extends Promise<number> {}
    for (const value of [
      Promise.resolve(),
      Derived.resolve(1),
      { then: () => {} },
      Object.create({ then() {} }),
    ])
      assert.ok(isThenable(value))
  })

  test('is false for everything else', () => {
    for (const value of [null, undefined, 0, '', 'then', {}, [], { then: 1 }, () => {}, Symbol('then')])
      assert.not(isThenable(value))
  })
})
