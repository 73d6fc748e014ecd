import * as assert from 'uvu/assert'
import { WatchChanges } from '../../../src/cli/watch/watch-changes.ts'
import { watchOf, type WatchState, withJob, withProgress } from '../../../src/cli/watch/watch-state.ts'
import type { JobInfo } from '../../../src/protocol/job-info.ts'
import { aJob, aProgress } from '../../client/support/a-job.ts'
import { suite } from '../../support/suite.ts'

const linesOf = (...changes: readonly ((state: WatchState) => WatchState)[]): readonly string[] => {
  const told = new WatchChanges()
  let state = watchOf(aJob({ position: 2 }))
  const lines = [told.lineOf(state)]
  for (const change of changes) lines.push(told.lineOf((state = change(state))))
  return lines.filter((line) => line !== null)
}

const job =
  (change: Partial<JobInfo>) =>
  (state: WatchState): WatchState =>
    withJob(state, { ...state.job, ...change })

const read =
  (count: number, elapsedMs: number, total?: number) =>
  (state: WatchState): WatchState =>
    withProgress(state, {
      ...aProgress(count),
      elapsedMs,
      sources: [{ node: 'n0', done: count, total, unit: 'records' }],
      edges: [],
      activity: [],
      latency: null,
    })

suite('WatchChanges', (test) => {
  test('tells of each change of the job, and of each tenth of the way', () => {
    const running = job({ status: 'running', position: null })
    const steps = Array.from({ length: 100 }, (_, n) => read(n + 1, n * 100, 100))
    assert.equal(
      linesOf(job({ position: 1 }), job({ revision: 5 }), running, ...steps, job({ status: 'completed' })),
      [
        'queued, 1 before it',
        'queued, 0 before it',
        'running',
        'running, 1 %, 1 read, 0 written',
        ...[10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map(
          (n) => `running, ${n} %, ${n} read, 0 written, 10/s`,
        ),
        'completed, 100 %, 100 read, 0 written',
      ],
    )
  })

  test('tells every ten seconds of a job that does not know how far it is', () => {
    const running = job({ status: 'running', position: null, restarts: 1 })
    const lines = linesOf(running, ...Array.from({ length: 60 }, (_, n) => read(n * 10, n * 500)))
    assert.equal(lines.slice(1), [
      'running, 1 restart',
      'running, 1 restart, 0 read, 0 written',
      'running, 1 restart, 200 read, 0 written, 20/s',
      'running, 1 restart, 400 read, 0 written, 20/s',
    ])
  })
})
