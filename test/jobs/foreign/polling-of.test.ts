import * as assert from 'uvu/assert'
import { pollingOf } from '../../../src/jobs/foreign/polling-of.ts'
import { suite } from '../../support/suite.ts'

const said = (enabled?: boolean): { readonly enabled: boolean | undefined; readonly interval: number } => ({
  enabled,
  interval: 30_000,
})

suite('how a provider is polled', (test) => {
  test('is decided by the nearest word, and by a webhook where there is none', () => {
    const cases = [
      // own, all, webhook: what becomes of it
      [undefined, undefined, false, 'on'],
      [undefined, undefined, true, 'safety'],
      [undefined, true, true, 'on'],
      [undefined, true, false, 'on'],
      [undefined, false, true, 'off'],
      [undefined, false, false, 'off'],
      [true, false, true, 'on'],
      [true, undefined, true, 'on'],
      [true, false, false, 'on'],
      [false, true, true, 'off'],
      [false, undefined, false, 'off'],
    ] as const
    for (const [own, all, webhook, mode] of cases) {
      assert.is(
        pollingOf({ enabled: own }, said(all), webhook).mode,
        mode,
        JSON.stringify([own, all, webhook]),
      )
    }
  })

  test('is as often as was said, ten times rarer for safety, and never where it is off', () => {
    assert.is(pollingOf({}, said(), false).interval, 30_000)
    assert.is(pollingOf({ interval: 5_000 }, said(), false).interval, 5_000)
    assert.is(pollingOf({}, said(), true).interval, 300_000)
    assert.is(pollingOf({ interval: 5_000 }, said(), true).interval, 50_000)
    assert.is(pollingOf({ interval: 5_000, enabled: true }, said(), true).interval, 5_000)
    assert.is(pollingOf({ interval: 5_000 }, said(false), false).interval, null)
  })
})
