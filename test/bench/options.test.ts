import * as assert from 'uvu/assert'
import { type Options, parseOptions } from '../../bench/options.ts'
import { suite } from '../support/suite.ts'

const parse = (...args: string[]): Options => {
  const options = parseOptions(args)
  if (options === 'help') throw new Error('did not ask for help')
  return options
}

suite('bench options', (test) => {
  test('measures everything nine times unless told', () => {
    const { rounds, samples, only, states, libraries } = parse()
    assert.equal(
      { rounds, samples, states, libraries },
      { rounds: 9, samples: 3, states: ['warm'], libraries: [] },
    )
    assert.ok(only.includes('a') && only.includes('memory'))
  })

  test('quick is few rounds, and what is said explicitly wins', () => {
    assert.is(parse('--quick').rounds, 3)
    assert.is(parse('--quick', '--rounds', '5').rounds, 5)
  })

  test('picks workloads, scenarios and libraries by name', () => {
    assert.equal(parse('--only', 'a, ci,slice').only, ['a', 'ci', 'slice'])
    assert.equal(parse('--memory').only, ['memory'])
    assert.equal(parse('--libs', '@most/core,rxjs').libraries, ['@most/core', 'rxjs'])
    assert.equal(parse('--both').states, ['warm', 'polluted'])
  })

  test('refuses what it does not know', () => {
    assert.throws(() => parse('--only', 'z'), /nothing is called 'z'; there are a, b, d/)
    assert.throws(() => parse('--libs', 'rx'), /no library is called 'rx'/)
    assert.throws(() => parse('--rounds', '0'), /positive integer/)
    assert.throws(() => parse('--fast'))
  })
})
