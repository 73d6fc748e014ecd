import * as assert from 'uvu/assert'
import { StateSaveError } from '../../../src/errors/state-save-error.ts'
import { LedgerEntry } from '../../../src/runtime/checkpoint/ledger.ts'
import { partsAtBarrier, partsAtEnd } from '../../../src/runtime/checkpoint/strand-part.ts'
import { StateCapture } from '../../../src/runtime/state/state-capture.ts'
import { UnsavedState } from '../../../src/runtime/state/unsaved-state.ts'
import { thrown } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'
import { FakeMember } from './support/fake-member.ts'

suite('what a strand gives to a checkpoint', (test) => {
  test('at a barrier is books, values and tables, and it has not ended', () => {
    const member = new FakeMember('a', { subtask: 1, parallelism: 2 })
    member.value = 'v'
    member.table.set('key', 1)
    Object.assign(member.book, { in: 3, dropped: 1 })
    const [part] = partsAtBarrier(member.ledger, false)
    assert.equal([part!.stateId, part!.subtask, part!.ended], ['a', 1, false])
    assert.equal([part!.book['in'], part!.book['dropped'], part!.book['handled']], [3, 1, 2])
    assert.equal([[...part!.state.values.keys()], [...part!.state.tables.keys()]], [['value'], ['cells']])
    part!.state.abort()
  })

  test('at its end is no table any more', () => {
    const member = new FakeMember('a')
    member.value = 'v'
    member.table.set('key', 1)
    const [part] = partsAtEnd(member.ledger)
    assert.is(part!.ended, true)
    assert.equal([[...part!.state.values.keys()], part!.state.tables.size], [['value'], 0])
  })

  test('is its books alone where there is no state that could be saved', () => {
    const entry = new LedgerEntry('a', 0, 1, new UnsavedState(), [])
    for (const [part] of [partsAtBarrier([entry], false), partsAtEnd([entry])]) {
      assert.equal([part!.state.values.size, part!.state.tables.size], [0, 0])
    }
  })

  test('is nothing where a part of it cannot be saved: what was captured of the others is let go', () => {
    const good = new FakeMember('good')
    const bad = new FakeMember('bad')
    let aborts = 0
    const captured = new StateCapture(new Map(), new Map())
    captured.abort = () => void aborts++
    good.state.capture = () => captured
    bad.value = () => 'a function'
    const both = [...good.ledger, ...bad.ledger]
    assert.instance(
      thrown(() => partsAtBarrier(both, false)),
      StateSaveError,
    )
    assert.is(aborts, 1)
  })
})
