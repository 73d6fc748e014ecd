import { inspect } from 'node:util'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { excerpt } from '../../src/errors/excerpt.ts'
import { reasonOf } from '../../src/errors/reason-of.ts'
import { suite } from '../support/suite.ts'

const throwing = (): never => {
  throw new Error('hostile')
}
const hostile: readonly unknown[] = [
  { [inspect.custom]: throwing },
  { get: { get value() { return throwing() } }, [Symbol.toStringTag]: 'x' }, // prettier-ignore
  new Proxy({}, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing }),
  Object.create(null),
  { [inspect.custom]: () => Symbol('odd') },
  { toString: throwing, toJSON: throwing, constructor: null },
  Object.defineProperty(new Error('x'), 'message', { get: throwing }),
  Object.defineProperty(new Error('x'), 'stack', { get: throwing }),
  Object.defineProperty(new Error('x'), 'name', { value: Symbol('name') }),
  new WeakMap(),
  Promise.reject(new Error('x')).catch(() => {}),
]

suite('excerpt', (test) => {
  test('is one line of at most 200 characters', () => {
    const check = (value: unknown): void => {
      const text = excerpt(value)
      assert.ok(text.length <= 200, `${text.length} characters`)
      assert.not(/[\n\r]/.test(text), text)
    }
    fc.assert(fc.property(fc.anything({ withMap: true, withTypedArray: true, withDate: true }), check))
    const big = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`property${n}`, n]))
    const errors = [
      new Error('two\nlines'),
      { error: new TypeError('x'), at: 1 },
      [new Error('a'), new Error('b')],
    ]
    const custom = { [inspect.custom]: () => 'one\n  two' }
    for (const value of [big, 'x\ny', 'x'.repeat(1e6), ...errors, custom, () => 1, new Map([[{}, [1]]])])
      check(value)
  })

  test('shows records as they are written', () => {
    assert.is(
      excerpt({ id: 1, tags: ['a'], at: { b: { c: { d: 1 } } } }),
      "{ id: 1, tags: [ 'a' ], at: { b: { c: [Object] } } }",
    )
    assert.is(excerpt('it'), "'it'")
    assert.is(excerpt(undefined), 'undefined')
    assert.is(excerpt(-0), '-0')
    assert.match(excerpt('x'.repeat(500)), /…$/)
  })

  test('never throws, whatever the record does', () => {
    for (const value of hostile) assert.type(excerpt(value), 'string')
    assert.is(excerpt(hostile[0]), '<a record that cannot be inspected>')
  })
})

suite('reasonOf', (test) => {
  test('is the message, or what was thrown', () => {
    assert.is(reasonOf(new Error('no such file')), 'no such file')
    assert.is(reasonOf(new RangeError()), 'RangeError')
    assert.is(reasonOf('just text'), 'just text')
    assert.is(reasonOf(undefined), 'undefined')
    assert.is(reasonOf({ code: 7 }), '{ code: 7 }')
  })

  test('never throws, whatever was thrown', () => {
    for (const value of hostile) assert.type(reasonOf(value), 'string')
  })
})
