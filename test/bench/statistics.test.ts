import * as assert from 'uvu/assert'
import { median, quantile, slope, spreadOf } from '../../bench/report/statistics.ts'
import { suite } from '../support/suite.ts'

suite('bench statistics', (test) => {
  test('the median of an even number of values lies between the middle two', () => {
    assert.is(median([4, 1, 3, 2]), 2.5)
    assert.is(median([7]), 7)
  })

  test('quantiles do not depend on the order and leave the values alone', () => {
    const values = [5, 1, 4, 2, 3]
    assert.equal(spreadOf(values), { median: 3, low: 2, high: 4 })
    assert.equal(values, [5, 1, 4, 2, 3])
    assert.is(quantile(values, 1), 5)
  })

  test('the slope is that of the line the points lie on', () => {
    const points = [1, 2, 5, 9].map((x): [number, number] => [x, 3 * x - 4])
    assert.ok(Math.abs(slope(points) - 3) < 1e-9)
  })
})
