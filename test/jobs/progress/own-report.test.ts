import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { JobStatus } from '../../../src/job/job-status.ts'
import { secondsLeft } from '../../../src/jobs/progress/estimate.ts'
import { ownReport } from '../../../src/jobs/progress/own-report.ts'
import { percentOf } from '../../../src/jobs/progress/percent.ts'
import { RunSamples } from '../../../src/jobs/progress/run-samples.ts'
import type { JobInfo } from '../../../src/protocol/job-info.ts'
import { type ProgressReport, progressReportSchema } from '../../../src/protocol/progress-report.ts'
import type { JobProgress, JobSourceProgress } from '../../../src/runtime/metrics/job-metrics.ts'
import { suite } from '../../support/suite.ts'
import { toldProgress } from './told-progress.ts'

const endedAt = '2025-01-31T12:00:00.000Z'
const now = Date.parse(endedAt) + 5000

function report(status: JobStatus, of: Partial<JobInfo> = {}, samples?: RunSamples): ProgressReport {
  const info = { id: 'a', status, checkpointed: true, progress: null, result: null, process: null, ...of }
  const ended = { endedAt: ['completed', 'failed', 'cancelled', 'stopped'].includes(status) ? endedAt : null }
  const job = { info: { ...info, ...ended } as JobInfo, samples, lastLog: null, now, monotonic: 1000 }
  return progressReportSchema.parse(ownReport(job))
}

const running = (...told: readonly JobProgress[]): RunSamples => {
  const samples = new RunSamples(told[0]!, 0)
  for (const [index, progress] of told.slice(1).entries()) samples.add(progress, 1000 * (index + 1))
  return samples
}

const withSources = (...sources: readonly JobSourceProgress[]): JobProgress =>
  toldProgress(10, 10, { sources })

suite('a job of the server’s own', (test) => {
  test('is said to do what its status and figures tell', () => {
    const told = toldProgress(5, 10)
    const cases: readonly (readonly [ProgressReport, string, number | null, string])[] = [
      [report('queued'), 'Queued', null, 'status'],
      // Stopped before, and continued.
      [report('queued', { progress: told }), 'Queued', 50, 'runtime'],
      [report('running', { progress: told }), 'Starting', null, 'status'],
      [report('running', {}, running(told)), 'Running', 50, 'runtime'],
      [report('running', {}, running(toldProgress(5))), 'Running', null, 'runtime'],
      [report('running', {}, running(toldProgress(10, 10))), 'Draining', 100, 'runtime'],
      [report('running', {}, running(withSources())), 'Running', null, 'runtime'],
      [report('stopping', {}, running(told)), 'Stopping', 50, 'runtime'],
      [report('stopping', { checkpointed: false }, running(told)), 'Draining', 50, 'runtime'],
      [report('restarting', { progress: told }), 'Restarting', 50, 'runtime'],
      [report('stopped', { progress: told }), 'Stopped', 50, 'runtime'],
      [report('completed', { progress: toldProgress(5) }), 'Completed', 100, 'status'],
      [report('completed'), 'Completed', 100, 'status'],
      [report('failed', { progress: told }), 'Failed', 50, 'runtime'],
      [report('cancelled'), 'Cancelled', null, 'status'],
    ]
    for (const [{ status, stage, progress, from }, ...expected] of cases) {
      assert.equal([stage, progress, from], expected, status)
    }
  })

  test('is as far as all of its sources are, where they know', () => {
    const share = (...sources: readonly JobSourceProgress[]): number | null =>
      report('running', {}, running(withSources(...sources))).progress
    const records = (done: number, total?: number) => ({ node: 'n0', done, total, unit: 'records' }) as const
    const bytes = (done: number, total?: number) => ({ node: 'n1', done, total, unit: 'bytes' }) as const
    assert.is(share(records(1, 10), records(9, 90)), 10)
    assert.is(share(records(1, 10), records(9)), null)
    // Bytes and records cannot be added.
    assert.is(share(records(1, 10), bytes(500, 1000)), 30)
    assert.is(share(records(0, 0)), 100)
    assert.is(share(records(0, 0), records(1, 2)), 50)
    // A file that grows does not make up for another.
    assert.is(share(records(30, 10), records(0, 10)), 50)
  })

  test('has what it counted when it is over, with what it read behind the last that it told', () => {
    const { nodes } = toldProgress(10)
    const result = { nodes } as unknown as NonNullable<JobInfo['result']>
    const short = report('completed', { result })
    assert.equal(
      [short.read, short.written, short.sources[0]?.done, short.asOf, short.age],
      [10, 10, 10, endedAt, 5],
    )
    const done = report('completed', { result, progress: toldProgress(4, 500, { unit: 'bytes' }) })
    assert.equal([done.sources[0]?.done, done.sources[0]?.progress], [500, 100])
    const failed = report('failed', { result, progress: toldProgress(4, 20) })
    assert.equal([failed.sources[0]?.done, failed.progress, failed.rate, failed.eta], [10, 50, null, null])
  })

  test('has all read when its slowest source has', () => {
    const at = (...done: readonly number[]): JobProgress =>
      toldProgress(done[0]!, 0, {
        sources: done.map((count, index) => ({
          node: `n${index}`,
          done: count,
          total: 100,
          unit: 'records',
        })),
      })
    assert.equal(report('running', {}, running(at(0, 0), at(20, 10))).eta, 9)
    assert.equal(report('running', {}, running(at(0, 0), at(20, 10))).rate, { value: 30, unit: 'records' })
    // One stands still.
    assert.equal(report('running', {}, running(at(0, 0), at(20, 0))).eta, null)
    assert.equal(report('running', {}, running(at(0, 100), at(20, 100))).eta, 4)
    assert.equal(report('stopping', {}, running(at(0, 0), at(20, 10))).eta, null)
  })
})

suite('rates of a run', (test) => {
  test('are those of the last half minute', () => {
    const samples = new RunSamples(toldProgress(0), 0)
    assert.is(samples.readRate(), null)
    for (let second = 1; second <= 100; second++) samples.add(toldProgress(10 * second), 980 * second)
    assert.is(samples.readRate(), 10.2)
    for (let second = 101; second <= 150; second++) samples.add(toldProgress(1000), 980 * second)
    assert.is(samples.readRate(), 0)
  })

  test('begin anew where a job counts anew', () => {
    const samples = running(
      toldProgress(100),
      toldProgress(200),
      toldProgress(5, undefined, { elapsedMs: 5 }),
    )
    assert.is(samples.readRate(), null)
    samples.add(toldProgress(15), 3000)
    assert.is(samples.readRate(), 10)
  })

  test('are not taken from what came in a burst', () => {
    const samples = new RunSamples(toldProgress(0), 0)
    samples.add(toldProgress(1000), 1)
    assert.is(samples.readRate(), null)
    assert.is(samples.sourceRate('n9'), null)
  })

  test('are never below zero, and what is left never for ever', () => {
    const steps = fc.array(fc.record({ after: fc.nat(5000), more: fc.integer({ min: -50, max: 1000 }) }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(steps, fc.nat(10_000), fc.integer({ min: 0, max: 100 }), (told, total, late) => {
        let [at, done] = [0, 0]
        const samples = new RunSamples(toldProgress(0, total), 0)
        for (const { after, more } of told) {
          at += after
          done = Math.max(0, done + more)
          samples.add(toldProgress(done, total), at)
        }
        const info = {
          id: 'a',
          status: 'running',
          progress: null,
          result: null,
          process: null,
          endedAt: null,
        }
        const job = { info: info as JobInfo, samples, lastLog: null, now: at + late, monotonic: at + late }
        const { rate, eta, progress, age } = progressReportSchema.parse(ownReport(job))
        assert.ok(rate === null || (rate.value >= 0 && Number.isFinite(rate.value)))
        assert.ok(eta === null || (eta >= 0 && Number.isFinite(eta)))
        assert.ok(progress !== null && progress >= 0 && progress <= 100)
        assert.is(age, Math.round(late / 100) / 10)
      }),
    )
  })
})

suite('what is left', (test) => {
  test('is known where there is a rate, and counted from now', () => {
    assert.is(secondsLeft(100, 10, null), 10)
    assert.is(secondsLeft(100, 10, 4), 6)
    assert.is(secondsLeft(100, 10, 40), 0)
    assert.is(secondsLeft(0, null, null), 0)
    assert.is(secondsLeft(100, null, 0), null)
    assert.is(secondsLeft(100, 0, 0), null)
    assert.is(secondsLeft(100, 1e-9, 0), null)
    assert.is(secondsLeft(NaN, 1, 0), null)
  })

  test('is a hundred when it is all, and nothing else is', () => {
    assert.equal(
      [
        [1, 3],
        [2, 3],
        [99_999, 100_000],
        [5, 5],
        [7, 5],
        [0, 5],
        [1, 0],
        [0, 0],
      ].map(([done, total]) => percentOf(done!, total!)),
      [33.3, 66.7, 99.9, 100, 100, 0, null, null],
    )
  })
})
