import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { timelineOf } from '../../src/page/job/timeline.ts'
import type { CheckpointInfo, JobTransition } from '../../src/protocol/job-info.ts'
import { suite } from '../support/suite.ts'

const time = (ms: number): string => new Date(ms).toISOString()
const change = (to: JobTransition['to'], ms: number): JobTransition => ({
  from: null,
  to,
  at: time(ms),
  cause: 'the test',
})
const saved = (id: number, kind: CheckpointInfo['kind'], ms: number): CheckpointInfo => ({
  id,
  kind,
  location: `${kind}-${id}`,
  takenAt: time(ms),
  bytes: 10,
})

suite('the timeline of a job', (test) => {
  test('has checkpoints between changes as one, and savepoints by themselves', () => {
    const timeline = timelineOf(
      [change('queued', 0), change('running', 10), change('stopping', 100)],
      [
        saved(4, 'savepoint', 90),
        saved(3, 'checkpoint', 50),
        saved(2, 'checkpoint', 40),
        saved(1, 'checkpoint', 20),
      ],
    )
    assert.equal(
      timeline.map((one) =>
        one.type === 'transition'
          ? `${one.transition.to} for ${one.lasted}`
          : `${one.count} up to ${one.newest.kind} ${one.newest.id}`,
      ),
      ['queued for 10', 'running for 90', '3 up to checkpoint 3', '1 up to savepoint 4', 'stopping for null'],
    )
  })

  test('is in order, and leaves nothing out', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 30 })
    fc.assert(
      fc.property(moments, moments, (changes, checkpoints) => {
        const timeline = timelineOf(
          [...changes].sort((a, b) => a - b).map((ms) => change('running', ms)),
          checkpoints.map((ms, i) => saved(i, i % 3 === 0 ? 'savepoint' : 'checkpoint', ms)),
        )
        for (const [i, { at }] of timeline.entries()) assert.ok(i === 0 || timeline[i - 1]!.at <= at)
        const count = (type: string): number =>
          timeline.reduce(
            (sum, one) => sum + (one.type !== type ? 0 : one.type === 'checkpoints' ? one.count : 1),
            0,
          )
        assert.equal([count('transition'), count('checkpoints')], [changes.length, checkpoints.length])
      }),
    )
  })
})
