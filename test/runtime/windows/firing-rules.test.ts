import * as assert from 'uvu/assert'
import {
  anyOf,
  continuous,
  early,
  onCount,
  onProcessingTime,
  onWatermark,
  purging,
} from '../../../src/functions/window-trigger.ts'
import { firingRules } from '../../../src/runtime/windows/firing-rules.ts'
import { suite } from '../../support/suite.ts'

const none = { count: Infinity, after: Infinity, every: Infinity, purging: false }

suite('triggers', (test) => {
  test('become rules, of which the first to hold fires', () => {
    assert.equal(firingRules(onWatermark()), none)
    assert.equal(firingRules(onProcessingTime()), none)
    assert.equal(firingRules(onCount(3)), { ...none, count: 3 })
    assert.equal(firingRules(early(5)), { ...none, after: 5 })
    assert.equal(firingRules(continuous(7)), { ...none, every: 7 })
    assert.equal(firingRules(purging(onCount(3))), { ...none, count: 3, purging: true })
    const nested = anyOf(onCount(9), anyOf(onCount(4), early(5)), onWatermark())
    assert.equal(firingRules(nested), { ...none, count: 4, after: 5 })
    assert.equal(firingRules(purging(nested)), { ...none, count: 4, after: 5, purging: true })
  })
})
