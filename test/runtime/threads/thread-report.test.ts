import * as assert from 'uvu/assert'
import type { JobInstance, NodeInstance } from '../../../src/runtime/dispatcher/job-instance.ts'
import { Channel } from '../../../src/runtime/flow-control/channel.ts'
import { Activity } from '../../../src/runtime/metrics/activity.ts'
import { Book } from '../../../src/runtime/metrics/book.ts'
import { MetricRegistry } from '../../../src/runtime/metrics/metric-registry.ts'
import { reportOf } from '../../../src/runtime/threads/thread-report.ts'
import { suite } from '../../support/suite.ts'

const book = (more: Partial<Book>): Book => Object.assign(new Book(), more)

const activeFor = (milliseconds: number): Activity => {
  const activity = new Activity()
  activity.begin(0)
  activity.turn(0, milliseconds, 'idle')
  return activity
}

const nodeOf = (subtasks: NodeInstance['subtasks'], more: Partial<NodeInstance> = {}): NodeInstance => ({
  transformation: {} as never,
  parallelism: 2,
  main: true,
  books: [],
  metrics: new MetricRegistry(),
  progress: [],
  subtasks,
  ...more,
})

const instanceOf = (more: Partial<JobInstance>): JobInstance =>
  ({ nodes: new Map(), strands: [], channels: [], ...more }) as JobInstance

suite('the report of a thread', (test) => {
  test('sums the books of operators that have a part there, and leaves out the others', () => {
    const subtask = { index: 1, ledger: [], activity: activeFor(1), eventTime: null }
    const nodes = new Map([
      ['n1', nodeOf([subtask], { books: [book({ in: 3, out: 2, dropped: 1 }), book({ in: 4, out: 4 })] })],
      ['n2', nodeOf([], { books: [book({ in: 9 })] })],
    ])
    const { books, metrics, progress } = reportOf(instanceOf({ nodes }), new Map(), 10)
    assert.equal(
      books.map(([id, sum]) => [id, sum.in, sum.out, sum.dropped]),
      [['n1', 7, 6, 1]],
    )
    assert.equal([metrics.map(([id]) => id), progress], [['n1'], [['n1', []]]])
  })

  test('tells of each subtask, and which of them are one loop', () => {
    const shared = activeFor(4)
    const own = activeFor(1)
    const ledger = [{ total: () => ({ in: 3, out: 0 }) }, { total: () => ({ in: 0, out: 2 }) }]
    const nodes = new Map([
      ['n1', nodeOf([{ index: 0, ledger, activity: shared, eventTime: null }])],
      [
        'n2',
        nodeOf([
          { index: 0, ledger: [], activity: shared, eventTime: { watermark: 70 } },
          { index: 1, ledger: [], activity: own, eventTime: null },
        ]),
      ],
    ])
    const { subtasks } = reportOf(instanceOf({ nodes }), new Map(), 10)
    assert.equal(
      subtasks.map(({ node, index, loop, watermark }) => [node, index, loop, watermark]),
      [
        ['n1', 0, 0, -Infinity],
        ['n2', 0, 0, 70],
        ['n2', 1, 1, -Infinity],
      ],
    )
    assert.equal([subtasks[0]!.in, subtasks[0]!.out], [3, 2])
    assert.equal(subtasks[0]!.activity, { busyMs: 4, heldMs: 0, idleMs: 6 })
  })

  test('has what its ends of numbered channels have counted', () => {
    const channel = new Channel(2, { wake: () => {} })
    channel.packets.subscribe()
    channel.send({ kind: 'watermark', time: 1, idle: false })
    channel.sent = 8
    channel.received = 5
    const entry = { channel, consumer: new Book(), from: 'n1', to: 'n2' }
    const unnumbered = { ...entry, channel: new Channel(2, { wake: () => {} }) }
    const instance = instanceOf({ channels: [entry, unnumbered] })
    const { channels } = reportOf(instance, new Map([[channel, 6]]), 0)
    assert.equal(channels, [[6, { sent: 8, received: 5, held: 0, fill: 0.5 }]])
  })

  test('is made of what strands have counted up to now, and says whether one of them closes', () => {
    let published = 0
    const strand = (closing: boolean) => ({ strand: { closing, publish: () => published++ } }) as never
    assert.ok(reportOf(instanceOf({ strands: [strand(false), strand(true)] }), new Map(), 0).closing)
    assert.is(published, 2)
    assert.not.ok(reportOf(instanceOf({ strands: [strand(false)] }), new Map(), 0).closing)
  })
})
