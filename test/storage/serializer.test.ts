import { inspect } from 'node:util'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { v8Serializer } from '../../src/storage/serializer.ts'
import { suite } from '../support/suite.ts'

/** All of a value as text, in which even two invalid dates are alike. */
const shown = (value: unknown): string =>
  inspect(value, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity })

const there = <T>(value: T): T => v8Serializer.deserialize(v8Serializer.serialize(value)) as T

suite('v8Serializer', (test) => {
  test('gives back plain data, whatever it is', () => {
    const data = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
    })
    fc.assert(fc.property(data, (value) => assert.is(shown(there(value)), shown(structuredClone(value)))))
  })

  test('gives back typed arrays, views, Buffers, errors and circles', () => {
    const buffer = new ArrayBuffer(20)
    const values = [
      new Uint8Array(buffer, 3, 4).fill(7),
      new Float64Array(buffer, 8, 1).fill(1.5),
      new BigInt64Array([1n, -1n]),
      new DataView(buffer, 5, 3),
      Buffer.from('a buffer'),
    ]
    const back = there(values)
    assert.equal(back, values)
    assert.equal(back.map((view) => view.constructor), values.map((view) => view.constructor)) // prettier-ignore
    assert.ok(there(new RangeError('out')) instanceof RangeError)
    const circle: { self?: unknown } = {}
    circle.self = circle
    const round = there(circle)
    assert.is(round.self, round)
    const shared = new Uint8Array([1])
    const [one, two] = there([shared, shared])
    assert.is(one, two)
  })

  test('gives views of their own, which keep nothing else in memory', () => {
    const bytes = v8Serializer.serialize([
      new Uint8Array([1, 2]),
      new DataView(new ArrayBuffer(3)),
      'x'.repeat(10_000),
    ])
    const [array, view] = v8Serializer.deserialize(bytes) as [Uint8Array, DataView]
    assert.is(array.buffer.byteLength, 2)
    assert.is(view.buffer.byteLength, 3)
    bytes.fill(0)
    assert.equal(array, new Uint8Array([1, 2]))
  })

  test('refuses what cannot be written, and bytes that it has not written', () => {
    assert.throws(() => v8Serializer.serialize({ f: () => {} }), /could not be cloned/)
    assert.throws(() => v8Serializer.deserialize(new Uint8Array([1, 2, 3])))
    assert.throws(() => v8Serializer.deserialize(new Uint8Array()))
  })
})
