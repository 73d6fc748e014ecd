import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { checkErrorPolicy } from '../../src/graph/check-error-policy.ts'
import { LONGEST_DELAY } from '../../src/util/longest-delay.ts'
import { suite } from '../support/suite.ts'

const retry = (backoff: unknown): unknown => ({ retry: { attempts: 1, backoff } })

suite('checkErrorPolicy', (test) => {
  test('takes backoffs that a timer can wait, and any factor', () => {
    const fitting = [0, LONGEST_DELAY, { initial: 1, factor: 1e12, max: LONGEST_DELAY }]
    for (const backoff of fitting) assert.equal(checkErrorPolicy('map', retry(backoff)), retry(backoff))
  })

  test('refuses backoffs beyond, which a timer would not wait at all', () => {
    for (const backoff of [
      LONGEST_DELAY + 1,
      { initial: LONGEST_DELAY + 1 },
      { initial: 1, max: Infinity },
    ]) {
      assert.throws(
        () => checkErrorPolicy('map', retry(backoff)),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
    }
  })
})
