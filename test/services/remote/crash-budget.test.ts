import * as assert from 'uvu/assert'
import { CRASH_WINDOW, CrashBudget } from '../../../src/services/remote/crash-budget.ts'
import { suite } from '../../support/suite.ts'

suite('what is put up with of crashes', (test) => {
  test('is so many within a minute, with longer waits', () => {
    const budget = new CrashBudget(3, () => 0.5)
    assert.equal(
      [0, 1, 2, 3].map((at) => budget.crashed(at)),
      [100, 200, 400, null],
    )
    assert.is(budget.crashes, 4)
  })

  test('begins anew after a minute', () => {
    const budget = new CrashBudget(1, () => 0.5)
    assert.equal(
      [0, CRASH_WINDOW, CRASH_WINDOW * 2, CRASH_WINDOW * 2 + 1].map((at) => budget.crashed(at)),
      [100, 100, 100, null],
    )
  })

  test('may be none, and may be any number, and the waits are bounded and not in step', () => {
    assert.is(new CrashBudget(0, () => 0.5).crashed(0), null)
    const budget = new CrashBudget(Infinity, () => 1)
    const waits = Array.from({ length: 300 }, (_, at) => budget.crashed(at))
    assert.equal([waits[0], waits.at(-1)], [120, 12_000])
    assert.ok(budget.crashes <= 101)
    assert.is(new CrashBudget(1, () => 0).crashed(0), 80)
  })
})
