import * as assert from 'uvu/assert'
import { ThreadLostError, ThreadStartError, ThreadUnresponsiveError } from '../../../src/index.ts'
import {
  diedThread,
  exitedThread,
  lateThread,
  lostThread,
  notSeated,
  silentThread,
} from '../../../src/environment/threads/thread-failures.ts'
import { suite } from '../../support/suite.ts'

const headline = (error: Error): string => error.message.split('\n')[0]!

suite('what is said of a thread that is lost', (test) => {
  test('by what it threw, which is the cause', () => {
    const thrown = new RangeError('nobody caught this')
    const error = diedThread(2, thrown, 64)
    assert.instance(error, ThreadLostError)
    assert.is(error.cause, thrown)
    assert.match(error.message, 'Thread 2 threw what nobody caught')
    assert.match(error.message, 'nobody caught this')
    assert.match(diedThread(0, 'a text', undefined).message, 'a text')
  })

  test('by its memory: with what it had, where that was said', () => {
    const full = Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })
    assert.match(headline(diedThread(1, full, 64)), 'Thread 1 ran out of memory: it had 64 MB.')
    assert.match(headline(diedThread(1, full, undefined)), 'Thread 1 ran out of memory.')
    assert.match(String(diedThread(1, full, 64).remedy), 'memoryMb')
  })

  test('by its exit', () => {
    assert.match(headline(exitedThread(0, 3)), 'Thread 0 exited with code 3.')
  })

  test('before it had its part: by the first line of why, and the cause of that', () => {
    const cause = new Error('deep')
    const error = notSeated(1, lostThread(1, 'exited early.\nLook elsewhere', { cause }))
    assert.instance(error, ThreadStartError)
    assert.is(headline(error), 'Thread 1 did not come to the submit of the job: Thread 1 exited early.')
    assert.is(error.cause, cause)
    assert.match(headline(lateThread(1, 250)), 'Thread 1 took longer than 250 ms to load the program.')
  })

  test('by its silence: with the operators at work, and the one there is as its own', () => {
    const one = silentThread(0, 500, ['parse'])
    assert.instance(one, ThreadUnresponsiveError)
    assert.match(one.message, "Thread 0 has not answered for 500 ms; at work there: 'parse'.")
    assert.is(one.operator, 'parse')
    const two = silentThread(0, 500, ['parse', 'tally'])
    assert.match(two.message, "'parse', 'tally'")
    assert.is(two.operator, undefined)
    assert.match(silentThread(0, 500, []).message, 'for 500 ms.')
  })
})
