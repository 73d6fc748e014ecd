import * as assert from 'uvu/assert'
import { choiceOf, refusalOf, standingOf, summaryOf } from '../../../src/page/dead-letters/letter-words.ts'
import { suite } from '../../support/suite.ts'

suite('words for dead letters', (test) => {
  const none = { operators: [], replayed: 0, deleted: 0, dropped: 0, notKept: 0 }

  test('say how many there are, and what became of others', () => {
    assert.is(summaryOf(none), '0 kept.')
    const operators = [
      { operator: 'a', nodeId: 'n1', kept: 1200, replaying: 0 },
      { operator: 'b', nodeId: 'n2', kept: 1, replaying: 2 },
    ]
    assert.match(summaryOf({ ...none, operators }), /^1.?201 kept, 2 being replayed\.$/)
    assert.is(
      summaryOf({ operators: [], replayed: 1, deleted: 2, dropped: 3, notKept: 4 }),
      '0 kept. 1 was replayed. 2 were deleted. 3 were dropped for newer ones. 4 were not kept: too many came at once.',
    )
  })

  test('tell states by shape and word', () => {
    assert.is(standingOf({ state: 'kept', obstacle: null }), '○ kept')
    assert.is(standingOf({ state: 'kept', obstacle: 'too-large' }), '✕ cannot be replayed')
    assert.is(standingOf({ state: 'replaying', obstacle: null }), '↻ replaying')
  })

  test('say why a job takes no records back', () => {
    assert.equal([refusalOf('running'), refusalOf('restarting'), refusalOf('queued')], [null, null, null])
    assert.match(refusalOf('stopped')!, 'continue it')
    assert.match(refusalOf('stopping')!, 'continue it')
    assert.match(refusalOf('failed')!, 'over')
  })

  test('choose those that are chosen, else all of what is shown', () => {
    assert.equal(choiceOf(new Set([2, 1]), 'n1'), { ids: [2, 1] })
    assert.equal(choiceOf(new Set(), ''), { all: true })
    assert.equal(choiceOf(new Set(), 'n1'), { all: true, operator: 'n1' })
  })
})
