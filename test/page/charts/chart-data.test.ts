import * as assert from 'uvu/assert'
import { chartData, indexAt, inWords, knownLines, valueAt } from '../../../src/page/charts/chart-data.ts'
import { chartKinds } from '../../../src/page/charts/chart-kinds.ts'
import { newerHistory } from '../../../src/page/charts/newer-history.ts'
import type { HistoryPoint, JobHistory } from '../../../src/protocol/job-history.ts'
import { suite } from '../../support/suite.ts'

const T = Date.parse('2025-01-31T12:00:00.000Z')

const point = (after: number, more: Partial<HistoryPoint> = {}): HistoryPoint => ({
  ...{ at: new Date(T + after * 1000).toISOString(), seconds: 1, read: 10, written: null },
  ...{ rssBytes: null, heapBytes: null, cpu: null, queueFill: null, restarts: 0 },
  ...{ checkpoints: 0, checkpointBytes: null, checkpointSeconds: null, latency: null },
  ...more,
})

const history = (points: readonly HistoryPoint[], interval = 1): JobHistory => ({
  job: 'a',
  interval,
  points,
})

const throughput = chartKinds[0]!

suite('chartData', (test) => {
  test('breaks lines where the job did not run, and not where a heartbeat was late', () => {
    const data = chartData(history([point(1), point(2), point(5), point(100), point(101, { restarts: 1 })]))
    assert.equal(
      data.times.map((time) => time - T / 1000),
      [1, 2, 5, 52, 100, 101],
    )
    assert.equal(
      data.points.map((one) => one?.read ?? null),
      [10, 10, 10, null, 10, 10],
    )
    assert.equal(data.restarts, [T / 1000 + 101])
    assert.is(indexAt(data.times, 0), 0)
    assert.equal(chartData(history([])), { times: [], points: [], restarts: [] })
  })

  test('has the value of a moment, and that of the last dot', () => {
    const [read] = throughput.lines
    const dots = chartKinds.find(({ id }) => id === 'checkpoints')!.lines[0]!
    const points = [point(1, { checkpointBytes: 7 }), point(2, { read: 20 }), point(100)]
    const data = chartData(history(points))
    const values = [0, 1, 2.5, 60, 100, null].map((after) => {
      const time = after === null ? null : T / 1000 + after
      return [valueAt(data, read!, time), valueAt(data, dots, time)]
    })
    assert.equal(values, [
      [10, 7],
      [10, 7],
      [20, 7],
      [null, 7],
      [10, 7],
      [10, 7],
    ])
    assert.is(valueAt(chartData(history([])), read!, null), null)
  })

  test('says in words what is known, by how long it was so', () => {
    const points = [point(1), point(4, { read: 50, seconds: 3 }), point(5, { read: null })]
    const data = chartData(history(points))
    assert.is(inWords(throughput, data), 'Read: 40/s on average, 50/s at most.')
    assert.equal(
      knownLines(throughput, data).map(({ name }) => name),
      ['Read'],
    )
    assert.equal(
      chartKinds.filter((kind) => knownLines(kind, data).length > 0),
      [throughput],
    )
  })
})

suite('newerHistory', (test) => {
  test('takes the newest for what may have grown, and asks for all where points were merged', () => {
    const known = history([point(1), point(2)])
    const grown = newerHistory(known, history([point(2.5), point(3)]))
    assert.equal(grown, history([point(1), point(2.5), point(3)]))
    assert.is(newerHistory(known, history([point(3)], 2)), null)
    assert.is(newerHistory(known, history([])), null)
    assert.equal(newerHistory(history([]), history([point(1)])), history([point(1)]))
  })
})
