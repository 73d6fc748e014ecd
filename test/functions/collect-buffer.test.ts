import * as assert from 'uvu/assert'
import { CollectOverflowError } from '../../src/errors/overflow-errors.ts'
import { CollectBuffer } from '../../src/functions/collect-buffer.ts'
import { thrown } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

suite('CollectBuffer', (test) => {
  test('keeps what is written, in order, and shows it as it comes', () => {
    const buffer = new CollectBuffer<unknown>(4)
    const { values } = buffer
    for (const value of [1, null, undefined, 'a']) void buffer.write(value)
    assert.equal(values, [1, null, undefined, 'a'])
  })

  test('refuses more than its capacity, and keeps what it has', () => {
    const buffer = new CollectBuffer<number>(2)
    void buffer.write(1)
    void buffer.write(2)
    const error = thrown(() => buffer.write(3))
    assert.instance(error, CollectOverflowError)
    assert.match(error.message, /^collect\(\) holds 2 records, and one more came/)
    assert.ok(error.remedy)
    assert.equal(buffer.values, [1, 2])
  })

  test('begins a new array for the next job', () => {
    const buffer = new CollectBuffer<number>(1)
    void buffer.write(1)
    const { values } = buffer
    buffer.reset()
    void buffer.write(2)
    assert.equal(values, [1])
    assert.equal(buffer.values, [2])
  })
})
