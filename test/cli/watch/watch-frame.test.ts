import picocolors from 'picocolors'
import * as assert from 'uvu/assert'
import { widthOf } from '../../../src/cli/output/text-width.ts'
import { watchFrame } from '../../../src/cli/watch/watch-frame.ts'
import {
  SAMPLES,
  watchOf,
  type WatchState,
  withHeard,
  withJob,
  withLine,
  withProgress,
} from '../../../src/cli/watch/watch-state.ts'
import type { JobResult, NodeResult } from '../../../src/job/job-result.ts'
import type { JobProgress } from '../../../src/runtime/metrics/job-metrics.ts'
import { aJob } from '../../client/support/a-job.ts'
import { suite } from '../../support/suite.ts'

const plain = picocolors.createColors(false)
const startedAt = '2025-01-31T12:00:00.000Z'
const now = Date.parse('2025-01-31T12:02:05Z')
const frame = (state: WatchState, columns = 80, rows = 24): readonly string[] =>
  watchFrame(state, { columns, rows }, plain, now)

const node = (id: string, name: string, kind: string, counts: Partial<NodeResult>): NodeResult => ({
  id,
  name,
  kind,
  inputs: [],
  parallelism: 1,
  in: 0,
  handled: 0,
  dropped: 0,
  deadLettered: 0,
  failed: 0,
  unfinished: 0,
  out: 0,
  errors: 0,
  ...counts,
})

const progressAt = (
  seconds: number,
  read: number,
  total?: number,
  more: Partial<JobProgress> = {},
): JobProgress => ({
  status: 'running',
  elapsedMs: seconds * 1000,
  read,
  written: read / 2,
  sources: [{ node: 'n0', done: read, total, unit: 'records' }],
  edges: [],
  activity: [],
  latency: null,
  nodes: [
    node('n0', 'words.txt', 'source', { out: read }),
    node('n1', 'long ones', 'filter', { in: read, out: read / 2 }),
    node('n2', 'table', 'sink', { in: read / 2, handled: read / 2 }),
  ],
  ...more,
})

const running = aJob({ id: '7f3c2a1b-0000', status: 'running', startedAt })

suite('a job that is watched', (test) => {
  test('waits in the queue', () => {
    assert.equal(frame(watchOf(aJob({ id: '7f3c2a1b-0000', position: 3 }))), [
      'licences  queued  2 before it  7f3c2a1b',
    ])
  })

  test('shows which queue is full, and whom that holds back', () => {
    const edges = [
      { from: 'n0', to: 'n1', sent: 90, held: 4, fill: 0.25 },
      { from: 'n1', to: 'n2', sent: 40, held: 16, fill: 1.1 },
    ]
    const [, , heading, ...rows] = frame(withProgress(watchOf(running), progressAt(10, 90, 1000, { edges })))
    assert.match(heading!, /OUT\/S +QUEUE$/)
    assert.equal(
      rows.map((row) => /\d+ %.*|held back/.exec(row)?.[0] ?? ''),
      ['', '25 %  held back', '100 %'],
    )
    const over = withProgress(
      watchOf({ ...running, status: 'stopping' }),
      progressAt(10, 90, 1000, { edges }),
    )
    assert.not.match(frame(over).join('\n'), 'QUEUE')
  })

  test('shows for how much of its time each operator was busy', () => {
    const activity = (busyMs: number, idleMs: number): JobProgress['activity'] => [
      { node: 'n1', loop: 'n1', busyMs, heldMs: 0, idleMs, watermark: null, lagMs: null, subtasks: [] },
    ]
    const begun = withProgress(watchOf(running), progressAt(10, 90, 1000, { activity: activity(100, 900) }))
    const state = withProgress(begun, progressAt(12, 95, 1000, { activity: activity(1600, 1400) }))
    const [, , heading, ...rows] = frame(state)
    assert.match(heading!, /OUT\/S +BUSY$/)
    assert.equal(
      rows.map((row) => /\d+ %$/.exec(row)?.[0] ?? ''),
      ['', '75 %', ''],
    )
  })

  test('shows how long records are on their way, where there is room', () => {
    const figures = { p50: 12.3, p95: 30, p99: 1_240, max: 1_500 }
    const latency = { ...figures, sinks: [] }
    const state = withProgress(watchOf(running), progressAt(10, 90, undefined, { latency }))
    const line = (columns: number): string => frame(state, columns)[1]!
    assert.is(line(100), '90 read  45 written  latency 12 ms, p99 1.2 s')
    assert.is(line(99), '90 read  45 written')
  })

  test('says when the server is silent', () => {
    const state = watchOf(aJob({ id: '7f3c2a1b-0000', position: 3 }))
    assert.equal(frame(withHeard(state, false)).slice(1), ['The server does not answer, and is tried again.'])
    assert.equal(frame(withHeard(withHeard(state, false), true)), frame(state))
  })

  test('shows how far it is, and what goes through its operators', () => {
    const begun = withProgress(watchOf({ ...running, restarts: 1 }), progressAt(10, 100_000, 1_000_000))
    const state = withLine(withProgress(begun, progressAt(12, 520_000, 1_000_000)), 'a\tline\u001b[2J')
    assert.equal(frame(state), [
      'licences  running  2 min 5 s  1 restart  7f3c2a1b',
      '████████████████░░░░░░░░░░░░░░   52 %  520,000 of 1,000,000 records  210,000/s',
      'OPERATOR        IN       IN/S      OUT      OUT/S',
      'words.txt                      520,000  210,000/s',
      'long ones  520,000  210,000/s  260,000  105,000/s',
      'table      260,000  105,000/s',
      '> a line [2J',
    ])
  })

  test('shows counts where nobody knows how much there is, and what went wrong', () => {
    const nodes = [
      node('n0', 'in', 'source', { out: 7 }),
      node('n1', 'parse', 'map', { in: 7, out: 4, errors: 3, deadLettered: 2 }),
    ]
    assert.equal(
      frame(withProgress(watchOf(running), progressAt(1, 7, undefined, { nodes, written: 4 }))).slice(1),
      [
        '7 read  4 written',
        'OPERATOR  IN  IN/S  OUT  OUT/S  ERRORS  DEAD',
        'in                    7      -',
        'parse      7     -    4      -       3     2',
      ],
    )
  })

  test('counts bytes as such, and adds up nothing that is not the same', () => {
    const files = { node: 'n0', done: 1_500_000, total: 3_000_000, unit: 'bytes' } as const
    const records = { node: 'n1', done: 1, total: 2, unit: 'records' } as const
    const line = (...sources: JobProgress['sources']): string =>
      frame(withProgress(watchOf(running), progressAt(1, 10, 0, { sources })))[1]!
    assert.match(line(files, { ...files, total: 4_500_000 }), /40 % {2}3\.0 MB of 7\.5 MB$/)
    assert.is(line(files, records), '10 read  5 written')
    assert.is(line(records, { ...records, total: undefined }), '10 read  5 written')
  })

  test('has the counts of its result when it is over', () => {
    const state = withProgress(watchOf(running), progressAt(1, 10, 100))
    const result = { nodes: progressAt(2, 100).nodes } as JobResult
    const over = withJob(state, {
      ...running,
      status: 'completed',
      endedAt: '2025-01-31T12:00:02.000Z',
      result,
    })
    assert.equal(frame(over).slice(0, 2), [
      'licences  completed  2 s  7f3c2a1b',
      '████████████████████████████████████████  100 %  100 of 100 records',
    ])
    assert.match(frame(over)[3]!, /^words\.txt +100 +-$/)
    const failed = withJob(state, { ...running, status: 'failed', result })
    assert.match(frame(failed)[1]!, '10 of 100 records')
  })

  test('fits into terminals that are narrow and low', () => {
    const nodes = Array.from({ length: 30 }, (_, n) =>
      node(`n${n}`, `operator 操作 ${n}`, 'map', { in: 10, out: 10 }),
    )
    const state = withProgress(watchOf(running), progressAt(1, 10, 100, { nodes }))
    assert.ok(frame(state, 80, 24).length < 24)
    assert.match(frame(state, 80, 24).at(-1)!, 'and 14 more operators')
    for (const columns of [30, 40, 59, 60]) {
      const table = frame(state, columns).slice(2)
      assert.ok(
        table.every((line) => widthOf(line) < columns),
        `${columns}:\n${table.join('\n')}`,
      )
    }
  })

  test('counts anew when it was restarted, and remembers some seconds only', () => {
    let state = watchOf(running)
    for (let n = 0; n < 40; n++)
      state = withProgress(state, progressAt(n / 2, n < 20 ? n * 10 : 190 + n * 1000))
    assert.is(state.samples.length, SAMPLES)
    assert.match(frame(state)[1]!, '2,000/s')
    state = withProgress(state, progressAt(1, 5))
    assert.is(state.samples.length, 1)
    assert.not.match(frame(state)[1]!, '/s')
    state = withJob(state, { ...running, status: 'restarting' })
    assert.is(state.samples.length, 0)
  })
})
