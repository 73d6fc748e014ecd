import * as assert from 'uvu/assert'
import type { NodeInstance } from '../../../src/runtime/dispatcher/job-instance.ts'
import { Book } from '../../../src/runtime/metrics/book.ts'
import { MetricRegistry } from '../../../src/runtime/metrics/metric-registry.ts'
import { FarChannel } from '../../../src/runtime/threads/far-channel.ts'
import { FarFigures } from '../../../src/runtime/threads/far-figures.ts'
import type { ThreadReport } from '../../../src/runtime/threads/thread-report.ts'
import { suite } from '../../support/suite.ts'

const node = (): NodeInstance => ({
  transformation: {} as never,
  parallelism: 2,
  main: true,
  books: [],
  metrics: new MetricRegistry(),
  progress: [],
  subtasks: [],
})

const activity = { busyMs: 1, heldMs: 2, idleMs: 3 }

const report = (more: Partial<ThreadReport>): ThreadReport => ({
  closing: false,
  books: [],
  subtasks: [],
  channels: [],
  metrics: [],
  progress: [],
  ...more,
})

const book = (entered: number): Book => Object.assign(new Book(), { in: entered, dropped: 1 })

suite('what is known of a thread', (test) => {
  test('has one place in the books of an operator, whatever its subtasks', () => {
    const map = node()
    const figures = new FarFigures(0, new Map([['n1', map]]), new Map())
    figures.expect('n1', 0)
    figures.expect('n1', 1)
    assert.is(map.books.length, 1)
    assert.equal(
      map.subtasks.map(({ index }) => index),
      [0, 1],
    )
    figures.update(report({ books: [['n1', book(5)]] }))
    figures.update(report({ books: [['n1', book(8)]] }))
    assert.equal([map.books[0]!.in, map.books[0]!.dropped, map.books[0]!.handled], [8, 1, 7])
  })

  test('tells of subtasks what they take in and give, and shares the time of a loop', () => {
    const map = node()
    const figures = new FarFigures(0, new Map([['n1', map]]), new Map())
    figures.expect('n1', 0)
    figures.expect('n1', 1)
    const subtask = { node: 'n1', loop: 0, in: 4, out: 2, activity, watermark: 7 }
    figures.update(
      report({
        subtasks: [
          { ...subtask, index: 0 },
          { ...subtask, index: 1 },
        ],
      }),
    )
    const [first, second] = map.subtasks as [NodeInstance['subtasks'][0], NodeInstance['subtasks'][0]]
    assert.equal(first.ledger[0]!.total(), { in: 4, out: 2 })
    assert.is(first.eventTime!.watermark, 7)
    assert.equal(first.activity.until(0), activity)
    assert.is(first.activity, second.activity)
  })

  test('adds up what operators count over threads, and has the last of their gauges', () => {
    const map = node()
    const nodes = new Map([['n1', map]])
    const [a, b] = [new FarFigures(0, nodes, new Map()), new FarFigures(1, nodes, new Map())]
    const metrics = (seen: number, depth: number) =>
      report({ metrics: [['n1', { values: { seen, depth }, gauges: ['depth'] }]] })
    a.update(metrics(3, 9))
    b.update(metrics(4, 6))
    a.update(metrics(5, 9))
    assert.equal(map.metrics.snapshot(), { seen: 9, depth: 6 })
  })

  test('tells of the ends of channels that the thread has', () => {
    const channel = new FarChannel({ from: 0, to: 1 }, null)
    const figures = new FarFigures(1, new Map(), new Map([[3, channel]]))
    figures.update(report({ channels: [[3, { sent: 9, received: 4, held: 1, fill: 1 }]] }))
    assert.equal([channel.sent, channel.received], [0, 4])
  })

  test('adds up how far sources are, whose size is known if all know theirs', () => {
    const source = node()
    const figures = new FarFigures(0, new Map([['n0', source]]), new Map())
    figures.expect('n0', 0)
    const ask = (): unknown => source.progress[0]!()
    assert.is(ask(), undefined)
    const unit = 'records' as const
    figures.update(
      report({
        progress: [
          [
            'n0',
            [
              { done: 2, total: 5, unit },
              { done: 3, total: 5, unit },
            ],
          ],
        ],
      }),
    )
    assert.equal(ask(), { done: 5, total: 10, unit })
    figures.update(report({ progress: [['n0', [{ done: 2, unit }]]] }))
    assert.equal(ask(), { done: 2, unit })
  })
})
