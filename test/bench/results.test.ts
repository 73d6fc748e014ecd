import * as assert from 'uvu/assert'
import { Results } from '../../bench/throughput/results.ts'
import { throughputTargets } from '../../bench/throughput/targets.ts'
import { suite } from '../support/suite.ts'

suite('bench results', (test) => {
  test('ratios are taken within a round, then the median', () => {
    const results = new Results()
    for (const [round, [x, y]] of [
      [10, 5],
      [100, 20],
      [30, 10],
    ].entries()) {
      results.add('a', 'x', round, x!)
      results.add('a', 'y', round, y!)
    }
    assert.is(results.ratio('a', 'x', 'y')?.median, 3)
  })

  test('a round that one side sat out does not count', () => {
    const results = new Results()
    results.add('a', 'slow', 0, 80)
    results.add('a', 'slow', 3, 40)
    for (let round = 0; round < 4; round++) results.add('a', 'fast', round, round === 0 ? 8 : 10)
    assert.equal(results.ratio('a', 'slow', 'fast'), { median: 7, low: 5.5, high: 8.5 })
    assert.is(results.ratio('a', 'slow', 'absent'), undefined)
    assert.is(results.ratio('b', 'slow', 'fast'), undefined)
  })

  test('targets: met, missed and narrow', () => {
    const results = new Results()
    const ours = [10, 10, 10]
    const times = { millrace: ours, loop: [4, 4, 4], '@most/core': [45, 45, 36], rxjs: [90, 90, 90] }
    for (const [library, rounds] of Object.entries(times)) {
      for (const [round, time] of rounds.entries()) results.add('b', library, round, time)
    }
    const rows = throughputTargets(results, ['b']).map(({ target, verdict }) => `${target}: ${verdict}`)
    assert.equal(rows, [
      'b: ahead of every library: met',
      'b: at least 4x ahead of @most/core: met',
      'b: within 3x of the loop: met',
      'b: without code generation ahead of rxjs: not measured',
    ])
    results.add('b', '@most/core', 0, 39)
    const [, nearMiss] = throughputTargets(results, ['b'])
    assert.is(nearMiss?.verdict, 'not met, narrowly')
  })

  test('nobody is measured against us as a peer who is not one', () => {
    const results = new Results()
    for (const [library, time] of [
      ['millrace', 10],
      ['loop', 1],
      ['loop (local sum)', 1],
      ['rxjs', 20],
    ] as const) {
      results.add('a', library, 0, time)
    }
    const [first] = throughputTargets(results, ['a'])
    assert.is(first?.verdict, 'met')
    assert.match(first?.measured ?? '', 'nearest: rxjs')
  })
})
