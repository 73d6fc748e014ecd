import { InvalidArgumentError } from 'commander'
import * as assert from 'uvu/assert'
import { momentOf, parseSince } from '../../../src/cli/following/since.ts'
import { suite } from '../../support/suite.ts'

const now = Date.parse('2025-01-31T12:00:00Z')
const moment = (text: string): string => momentOf(parseSince(text), now)

suite('--since', (test) => {
  test('is how long ago, or a time', () => {
    assert.is(moment('90s'), '2025-01-31T11:58:30.000Z')
    assert.is(moment('1.5h'), '2025-01-31T10:30:00.000Z')
    assert.is(moment('2d'), '2025-01-29T12:00:00.000Z')
    assert.is(moment('2025-01-30T12:00:00+02:00'), '2025-01-30T10:00:00.000Z')
    assert.is(moment('2025-01-30'), '2025-01-30T00:00:00.000Z')
    assert.is(moment('999999999d'), '1970-01-01T00:00:00.000Z')
  })

  test('is nothing else', () => {
    for (const text of ['', '10', 'm', '-1m', '10 m', 'yesterday', '2025-13-01', '1'])
      assert.throws(
        () => parseSince(text),
        (error: unknown) => error instanceof InvalidArgumentError,
        text,
      )
  })
})
