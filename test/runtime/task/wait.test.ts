import * as assert from 'uvu/assert'
import { Exit } from '../../../src/runtime/task/loop-state.ts'
import { Wait } from '../../../src/runtime/task/wait.ts'
import { suite } from '../../support/suite.ts'
import { settle } from './support/hand-clock.ts'

suite('Wait', (test) => {
  test('tells when it has settled, then resumes with how', async () => {
    for (const ok of [true, false]) {
      const log: unknown[] = []
      const promise = ok ? Promise.resolve('value') : Promise.reject(new Error('error'))
      const wait = new Wait(
        'record',
        promise,
        (...how) => (log.push(how), Exit.next),
        (settled) => log.push(settled),
      )
      assert.equal([wait.at, wait.settled, log], ['record', false, []])
      await settle()
      assert.is(wait.settled, true)
      assert.is(log[0], wait)
      assert.is(wait.resume(), Exit.next)
      assert.equal(log[1], ok ? [true, 'value'] : [false, new Error('error')])
    }
  })

  test('takes thenables that settle at once, twice, or throw: told once, and later', async () => {
    const odd: ((done: (v: unknown) => void, fail: (e: unknown) => void) => void)[] = [
      (done) => done('at once'),
      (done, fail) => (done('first'), fail('second')),
      () => {
        throw new Error('then threw')
      },
    ]
    for (const then of odd) {
      let told = 0
      const wait = new Wait('stage', { then } as never, () => Exit.next, () => told++) // prettier-ignore
      assert.equal([wait.settled, told], [false, 0])
      await settle()
      assert.equal([wait.settled, told], [true, 1])
    }
  })
})
