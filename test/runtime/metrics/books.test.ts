import * as assert from 'uvu/assert'
import { Book } from '../../../src/runtime/metrics/book.ts'
import { MetricRegistry } from '../../../src/runtime/metrics/metric-registry.ts'
import { partialBook } from '../../../src/runtime/metrics/partial-book.ts'
import { suite } from '../../support/suite.ts'

suite('Book', (test) => {
  test('what has no other fate was handled', () => {
    const book = new Book()
    assert.is(book.handled, 0)
    Object.assign(book, {
      in: 20,
      dropped: 1,
      deadLettered: 2,
      failed: 3,
      unfinished: 4,
      out: 100,
      errors: 9,
    })
    assert.is(book.handled, 10)
  })

  test('two parts of one operator sum up to its book', () => {
    const first = partialBook('out')
    const second = partialBook('in')
    for (const part of [first, second]) {
      part.in += 3
      part.out += 5
      part.dropped++
    }
    assert.equal([first.in, first.out, first.dropped], [3, 0, 1])
    assert.equal([second.in, second.out, second.dropped], [0, 5, 1])
    assert.is(second.handled, -1, 'a part by itself need not balance')
    assert.is(first.handled + second.handled, 1)
  })
})

suite('MetricRegistry', (test) => {
  test('adds up counters, keeps the last of a gauge, and gives snapshots that stay', () => {
    const metrics = new MetricRegistry()
    metrics.count('hits')
    metrics.count('hits', 4)
    metrics.gauge('depth', 7)
    const before = metrics.snapshot()
    metrics.count('hits', -2)
    metrics.gauge('depth', 3)
    assert.equal(before, { hits: 5, depth: 7 })
    assert.equal(metrics.snapshot(), { hits: 3, depth: 3 })
  })

  test('takes any name', () => {
    const metrics = new MetricRegistry()
    metrics.count('__proto__', 2)
    metrics.count('constructor')
    const snapshot = metrics.snapshot()
    assert.equal(Object.entries(snapshot), [
      ['__proto__', 2],
      ['constructor', 1],
    ])
  })
})
