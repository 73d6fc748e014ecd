import * as assert from 'uvu/assert'
import { inspect } from 'node:util'
import { cutText, recordText } from '../../../src/runtime/taps/record-text.ts'
import { suite } from '../../support/suite.ts'

suite('recordText', (test) => {
  test('is one line of at most so many characters', () => {
    assert.is(recordText({ a: 1, b: ['x'] }, 300), "{ a: 1, b: [ 'x' ] }")
    assert.is(recordText('two\nlines', 300), "'two\\nlines'")
    assert.is(recordText(new Error('no\nway'), 300).includes('\n'), false)
    for (const record of ['x'.repeat(9999), Array(9999).fill('word'), { deep: 'y'.repeat(9999) }])
      assert.ok(recordText(record, 300).length <= 300)
    assert.is(cutText('ab😀cd', 4), 'ab…')
  })

  test('runs nothing of the record', () => {
    let ran = 0
    const run = (): never => {
      ran++
      throw new Error('ran')
    }
    const record = {
      [inspect.custom]: run,
      toJSON: run,
      toString: run,
      get name() {
        return run()
      },
    }
    assert.match(recordText(record, 300), 'name: [Getter]')
    const traps = { get: run, ownKeys: run, getOwnPropertyDescriptor: run, getPrototypeOf: run, has: run }
    assert.is(recordText(new Proxy({}, traps), 300), '<a proxy>')
    recordText({ inside: new Proxy({}, traps) }, 300)
    assert.is(ran, 0)
  })

  test('never throws, and does not write out what is vast', () => {
    class Odd {
      get [Symbol.toStringTag](): string {
        throw new Error('no')
      }
    }
    assert.is(typeof recordText(new Odd(), 300), 'string')
    const vast = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]))
    assert.is(recordText(vast, 300), '{ more than 200 properties }')
    const round: { self?: unknown } = {}
    round.self = round
    assert.match(recordText(round, 300), 'Circular')
    assert.is(recordText(undefined, 300), 'undefined')
    assert.is(recordText(Object.create(null), 300), '[Object: null prototype] {}')
  })
})
