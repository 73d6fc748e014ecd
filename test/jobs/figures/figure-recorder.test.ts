import * as assert from 'uvu/assert'
import { FigureRecorder } from '../../../src/jobs/figures/figure-recorder.ts'
import type { FigurePoint } from '../../../src/jobs/figures/figure-series.ts'
import { jobHistory } from '../../../src/jobs/figures/job-history.ts'
import type { JobResult } from '../../../src/job/job-result.ts'
import type { JobProgress } from '../../../src/runtime/metrics/job-metrics.ts'
import { suite } from '../../support/suite.ts'
import { toldProgress } from '../progress/told-progress.ts'

/** A clock that is moved by hand. */
function handClock() {
  let at = 1_700_000_000_000
  return {
    now: () => at,
    monotonic: () => at,
    advance: (ms: number) => void (at += ms),
  }
}

const beat = (progress: JobProgress | null, cpuMicros = 0, rssBytes = 100) =>
  ({ type: 'heartbeat', rssBytes, heapBytes: 50, cpuMicros, progress }) as const

const resultOf = ({ nodes }: JobProgress): JobResult => ({
  jobId: 'one',
  name: 'one',
  status: 'completed',
  startedAt: '',
  endedAt: '',
  durationMs: 0,
  restarts: 0,
  restartCauses: [],
  nodes,
  services: [],
})

suite('FigureRecorder', (test) => {
  const figures = (points: readonly FigurePoint[], ...names: readonly (keyof FigurePoint)[]) =>
    points.map((point) => names.map((name) => point[name]))

  test('counts from one heartbeat to the next', () => {
    const clock = handClock()
    const recorder = new FigureRecorder(clock)
    clock.advance(1000)
    recorder.heard(beat(null, 9_000_000))
    clock.advance(1000)
    const edges = [0.25, 0.75].map((fill) => ({ from: 'a', to: 'b', sent: 1, held: 1, fill }))
    recorder.heard(beat(toldProgress(500, undefined, { edges }), 9_400_000, 300))
    clock.advance(2000)
    recorder.heard(beat(toldProgress(1500), 9_600_000))
    assert.equal(figures(recorder.series.points, 'ms', 'read', 'written', 'cpuMs', 'fill', 'rssBytes'), [
      // What it used before it was asked anything is not of this second.
      [1000, 0, 0, 1000, null, 100],
      [1000, 500, 500, 400, 0.75, 300],
      [2000, 1000, 1000, 200, null, 100],
    ])
    const { interval, points } = jobHistory('one', recorder.series)
    assert.is(interval, 1)
    assert.equal(
      points.map(({ read, cpu }) => [read, cpu]),
      [
        [0, 1],
        [500, 0.4],
        [500, 0.1],
      ],
    )
    assert.is(jobHistory('one', recorder.series, clock.now()).points.length, 1)
  })

  test('begins anew where the job does, and counts restarts and checkpoints', () => {
    const clock = handClock()
    const recorder = new FigureRecorder(clock, { isRestart: true })
    clock.advance(1000)
    recorder.heard(beat(toldProgress(500)))
    recorder.restarted()
    recorder.checkpointed({ bytes: 70, durationMs: 20 })
    recorder.checkpointed({ bytes: 30, durationMs: 40 })
    recorder.checkpointed({ bytes: 10 })
    clock.advance(1000)
    // What it had counted is restored, some time before it runs.
    recorder.heard(beat(toldProgress(0)))
    clock.advance(1000)
    recorder.heard(beat(toldProgress(480)))
    clock.advance(1000)
    recorder.heard(beat(toldProgress(490)))
    const names = ['read', 'restarts', 'checkpoints', 'checkpointBytes', 'checkpointMs'] as const
    assert.equal(figures(recorder.series.points, ...names), [
      [500, 1, 0, 0, null],
      [0, 1, 3, 70, 40],
      [0, 0, 0, 0, null],
      [10, 0, 0, 0, null],
    ])
    const told = jobHistory('one', recorder.series).points.map(({ checkpointSeconds }) => checkpointSeconds)
    assert.equal(told, [null, 0.04, null, null])
  })

  test('has how long records were on their way, of what was told of a second the highest', () => {
    const clock = handClock()
    const recorder = new FigureRecorder(clock)
    const latency = (p50: number) => ({ p50, p95: 2 * p50, p99: 3 * p50, max: 9 * p50, sinks: [] })
    for (const told of [null, latency(40), latency(8), null]) {
      clock.advance(500)
      recorder.counted(toldProgress(500, undefined, { latency: told }))
    }
    clock.advance(1000)
    recorder.counted(toldProgress(500))
    const { points } = jobHistory('one', recorder.series)
    assert.equal(points.at(-1)!.latency, null)
    assert.equal(points.find((point) => point.latency !== null)!.latency, { p50: 0.04, p95: 0.08, p99: 0.12 })
  })

  test('has what was counted up to the end, and no rate of a moment', () => {
    const clock = handClock()
    const recorder = new FigureRecorder(clock)
    clock.advance(1000)
    recorder.heard(beat(toldProgress(500)))
    clock.advance(100)
    recorder.ended(resultOf(toldProgress(600)))
    assert.equal(figures(recorder.series.points, 'ms', 'read'), [[1100, 600]])
    // The next process goes on where that was.
    const next = new FigureRecorder(clock, { before: recorder.series, goesOn: true })
    clock.advance(5000)
    next.heard(beat(toldProgress(600)))
    clock.advance(1000)
    next.heard(beat(toldProgress(640)))
    next.ended(null)
    assert.equal(figures(next.series.points, 'ms', 'read'), [
      [1100, 600],
      [5000, 0],
      [1000, 40],
    ])
    const quick = new FigureRecorder(clock, { before: next.series, goesOn: true })
    quick.ended(resultOf(toldProgress(700)))
    assert.equal(quick.series, next.series)
  })

  test('has nothing of a process that told nothing', () => {
    const recorder = new FigureRecorder(handClock())
    recorder.ended(null)
    assert.equal(recorder.series.points, [])
    recorder.counted(toldProgress(5))
    assert.equal(
      jobHistory('one', recorder.series).points.map(({ read, cpu, rssBytes }) => [read, cpu, rssBytes]),
      [[null, null, null]],
    )
  })
})
