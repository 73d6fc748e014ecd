import * as assert from 'uvu/assert'
import { formatEventTime } from '../../../src/page/format/format.ts'
import { tapChoices } from '../../../src/page/taps/tap-choice.ts'
import type { TapPoint } from '../../../src/runtime/taps/tap-point.ts'
import { suite } from '../../support/suite.ts'

const edge = (from: string, to: string): TapPoint => ({ id: `${from}~${to}`, from, to })
const points: TapPoint[] = [{ id: 'n0', from: 'n0', to: null }, edge('n0', 'n1'), edge('n1', 'n2')]
const nameOf = (node: string): string => node.toUpperCase()

suite('choices of taps', (test) => {
  test('begin with what the operator gives, then what it gets, then the rest', () => {
    assert.equal(tapChoices('n1', points, nameOf), {
      own: [
        { id: 'n1~n2', text: 'what it gives to N2' },
        { id: 'n0~n1', text: 'what it gets from N0' },
      ],
      others: [{ id: 'n0', text: 'what N0 gives' }],
    })
    assert.equal(
      tapChoices('n0', points, nameOf).own.map(({ text }) => text),
      ['what it gives, wherever it goes', 'what it gives to N1'],
    )
  })

  test('are elsewhere for an operator that is one loop with its neighbours', () => {
    const { own, others } = tapChoices('n7', points, nameOf)
    assert.equal([own.length, others.length], [0, 3])
  })

  test('event times are shown as times where they are some', () => {
    assert.is(formatEventTime(0), '1970-01-01T00:00:00.000Z')
    assert.is(formatEventTime(1e300), '1e+300')
  })
})
