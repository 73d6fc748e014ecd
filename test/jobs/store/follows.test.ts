import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isActive, type JobStatus, transitions } from '../../../src/job/job-status.ts'
import { follows } from '../../../src/jobs/store/follows.ts'
import { suite } from '../../support/suite.ts'

const statuses = Object.keys(transitions) as JobStatus[]
const status = fc.constantFrom(...statuses)
const terminal = ['completed', 'failed', 'cancelled'] as const

/** Those that a job can come to, by whatever way. */
function reachable(from: JobStatus, found = new Set<JobStatus>()): ReadonlySet<JobStatus> {
  for (const to of transitions[from]) if (!found.has(to)) reachable(to, found.add(to))
  return found
}

suite('what may follow a status that was seen', (test) => {
  test('from active ones whatever is as far or farther, or over', () => {
    const after: Record<string, readonly JobStatus[]> = {
      pending: ['pending', 'uploading', 'queued', 'running', 'restarting', 'stopping'],
      uploading: ['uploading', 'queued', 'running', 'restarting', 'stopping'],
      queued: ['queued', 'running', 'restarting', 'stopping'],
      running: ['running', 'restarting', 'stopping'],
      restarting: ['running', 'restarting', 'stopping'],
      stopping: ['stopping'],
    }
    for (const [from, active] of Object.entries(after)) {
      const all = [...active, 'stopped', ...terminal]
      const found = statuses.filter((to) => follows(from as JobStatus, to, false))
      assert.equal(found.toSorted(), all.toSorted(), from)
    }
  })

  test('a job that was stopped goes on, and one that is active goes back, where that is newer', () => {
    for (const to of statuses) {
      assert.is(follows('stopped', to, false), to === 'stopped')
      assert.ok(follows('stopped', to, true))
      assert.ok(follows('stopping', to, true))
    }
  })

  test('what is over for good stays so', () => {
    for (const from of terminal) {
      for (const to of statuses) {
        for (const newer of [true, false]) assert.is(follows(from, to, newer), from === to)
      }
    }
  })

  test('all that can have come of it, when it is newer', () => {
    fc.assert(
      fc.property(status, status, (from, to) => {
        if (from === to) assert.ok(follows(from, to, false))
        else if (reachable(from).has(to)) assert.ok(follows(from, to, true))
      }),
    )
  })

  test('without versions nothing is seen twice', () => {
    fc.assert(
      fc.property(fc.array(status, { maxLength: 40 }), (seen) => {
        let at: JobStatus = 'pending'
        const been: JobStatus[] = [at]
        for (const to of seen) {
          if (!follows(at, to, false) || at === to) continue
          at = to
          been.push(to)
        }
        // A job restarts as often as it likes.
        const others = been.filter((each) => each !== 'running' && each !== 'restarting')
        assert.is(new Set(others).size, others.length)
        assert.ok(been.filter((each) => !isActive(each)).length <= 1)
      }),
    )
  })
})
