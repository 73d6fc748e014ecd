import * as assert from 'uvu/assert'
import { busiest } from '../../src/page/job/graph-shape.ts'
import { sharesSince, wordsOf } from '../../src/page/job/shares.ts'
import type { JobProgress } from '../../src/runtime/metrics/job-metrics.ts'
import { suite } from '../support/suite.ts'

type Told = JobProgress['activity'][number]

const told = (busyMs: number, heldMs: number, idleMs: number, subtasks: Told['subtasks'] = []): Told => ({
  node: 'n1',
  loop: 'n1',
  busyMs,
  heldMs,
  idleMs,
  watermark: null,
  lagMs: null,
  subtasks,
})
const since = (before: Told | null, now: Told): ReturnType<typeof sharesSince> =>
  sharesSince(before === null ? undefined : { activity: [before] }, { activity: [now] })

suite('shares of the time of operators', (test) => {
  test('are those of the time since the last look, or since the beginning', () => {
    assert.equal(since(null, told(30, 10, 60)), { n1: { busy: 0.3, held: 0.1, idle: 0.6 } })
    assert.equal(since(told(30, 10, 60), told(40, 10, 90)), { n1: { busy: 0.25, held: 0, idle: 0.75 } })
  })

  test('begin anew with a job that was restarted, and bear figures that were rounded', () => {
    assert.equal(since(told(30, 10, 60), told(5, 0, 5)), { n1: { busy: 0.5, held: 0, idle: 0.5 } })
    assert.equal(since(told(30, 10, 60), told(130, 10, 59)), { n1: { busy: 1, held: 0, idle: 0 } })
  })

  test('are none of what has ended', () => {
    assert.equal(since(told(30, 10, 60), told(30, 10, 60)), {})
  })

  test('are told of subtasks, too, and in words', () => {
    const subtask = { index: 3, in: 1, out: 1, busyMs: 1, heldMs: 0, idleMs: 1, watermark: null }
    const shares = since(null, told(1, 0, 1, [subtask]))
    assert.equal(shares['n1/3'], { busy: 0.5, held: 0, idle: 0.5 })
    assert.is(wordsOf(shares['n1/3']!), 'busy 50 %, held back 0 %, waiting 50 %')
  })
})

suite('busiest', (test) => {
  const nodes = ['n0', 'n1', 'n2'].map((id) => ({ id }) as JobProgress['nodes'][number])
  const busy = (share: number): { busy: number; held: number; idle: number } => ({
    busy: share,
    held: 0,
    idle: 1 - share,
  })

  test('is the one that is busy nearly all the time, of one loop the first', () => {
    assert.is(busiest(nodes, { n0: busy(0.5), n1: busy(0.95), n2: busy(0.95) })?.id, 'n1')
    assert.is(busiest(nodes, { n0: busy(0.5), n1: busy(0.8) }), null)
    assert.is(busiest(nodes, {}), null)
  })
})
