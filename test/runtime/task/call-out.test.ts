import * as assert from 'uvu/assert'
import { callOut } from '../../../src/runtime/task/call-out.ts'
import { suite } from '../../support/suite.ts'

suite('callOut', (test) => {
  test('calls the function at its place, with the record, its context, its input and no event time', () => {
    const seen: unknown[][] = []
    const calls = [assert.unreachable as never, (...given: unknown[]) => (seen.push(given), 'made')]
    const context = {}
    assert.is(callOut(calls, 1, 'record', context, 2), 'made')
    assert.equal(seen, [['record', context, 2, NaN]])
    assert.is(seen[0]![1], context)
  })

  test('throws what it throws', () => {
    const wrong = new Error('wrong')
    const calls = [
      () => {
        throw wrong
      },
    ]
    assert.throws(
      () => callOut(calls, 0, 1, null, 0),
      (error: unknown) => error === wrong,
    )
  })
})
