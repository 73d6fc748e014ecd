import * as assert from 'uvu/assert'
import { retryAfterOf } from '../../src/util/retry-after.ts'
import { suite } from '../support/suite.ts'

suite('Retry-After', (test) => {
  for (const [header, ms] of [
    [null, undefined],
    ['3', 3_000],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 9_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
  ] as const) {
    test(`of ${header}`, () => assert.is(retryAfterOf(header, 1_000), ms))
  }
})
