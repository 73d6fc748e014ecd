import * as assert from 'uvu/assert'
import { addCount, beginRates, RATE_SECONDS, rateOf } from '../../../src/cli/monitor/rate-history.ts'
import { suite } from '../../support/suite.ts'

suite('RateHistory', (test) => {
  test('knows no rate before there are two counts', () => {
    const history = beginRates(5, 1000)
    assert.is(rateOf(history), null)
    assert.is(rateOf(addCount(history, 25, 3000)), 10)
  })

  test('has one rate for each second, also those in which nothing was told', () => {
    let history = beginRates(0, 0)
    history = addCount(history, 10, 1000)
    history = addCount(history, 40, 4000)
    history = addCount(history, 45, 4500)
    assert.equal(history.rates, [10, 10, 10, 10])
    assert.is(addCount(history, 45, 4500), history)
    assert.equal(addCount(history, 45, 5000).rates, [10, 10, 10, 10, 0])
  })

  test('remembers a minute', () => {
    let history = beginRates(0, 0)
    for (let second = 1; second <= 500; second++) history = addCount(history, second * second, second * 1000)
    assert.is(history.rates.length, RATE_SECONDS)
    assert.is(rateOf(history), 999)
    assert.is(addCount(history, 1_000_000, 10_000_000).rates.length, RATE_SECONDS)
  })

  test('takes a counter that goes back for one that begins again', () => {
    const history = addCount(beginRates(0, 0), 100, 1000)
    const again = addCount(history, 3, 2000)
    assert.equal(again.rates, [100])
    assert.equal(addCount(again, 8, 3000).rates, [100, 5])
    assert.equal(addCount(history, 200, 500).count, 200)
  })
})
