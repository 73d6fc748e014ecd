import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { fieldReader } from '../../../src/providers/generic/field-path.ts'
import { suite } from '../../support/suite.ts'

suite('places in an answer', (test) => {
  test('are named by JSON pointers', () => {
    // The examples of RFC 6901.
    const value = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, ' ': 7, 'm~n': 8 }
    const read = (path: string): unknown => fieldReader(path)(value)
    assert.equal(read(''), value)
    assert.equal(['/foo/0', '/', '/a~1b', '/c%d', '/ ', '/m~0n'].map(read), ['bar', 0, 1, 2, 7, 8])
    assert.equal(['/nobody', '/foo/9', '/foo/bar/baz'].map(read), [undefined, undefined, undefined])
  })

  test('are named by names with dots', () => {
    const read = (path: string): unknown => fieldReader(path)({ a: { b: [{ c: 1 }] } })
    assert.equal(['a.b.0.c', 'a.x.0'].map(read), [1, undefined])
  })

  test('are nowhere without a path, and never on a prototype', () => {
    assert.is(fieldReader(undefined)({ a: 1 }), undefined)
    for (const path of ['constructor', '__proto__', 'a.toString', 'a.length']) {
      assert.is(fieldReader(path)({ a: 'text' }), undefined)
    }
  })

  test('are found by the pointer that leads there, whatever the names', () => {
    const key = fc.string({ minLength: 1 })
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), fc.jsonValue(), (keys, leaf) => {
        const pointer = keys.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
        const value = keys.reduceRight<unknown>((inner, name) => ({ [name]: inner }), leaf)
        assert.equal(fieldReader(pointer)(value), leaf)
      }),
    )
  })
})
