import * as assert from 'uvu/assert'
import { LedgerEntry } from '../../../src/runtime/checkpoint/ledger.ts'
import { Book } from '../../../src/runtime/metrics/book.ts'
import { UnsavedState } from '../../../src/runtime/state/unsaved-state.ts'
import { suite } from '../../support/suite.ts'

suite('LedgerEntry', (test) => {
  test('adds up its books, and goes on from those of before', () => {
    const shared: Book[] = []
    const entry = new LedgerEntry('a', 0, 1, new UnsavedState(), shared)
    const books = [new Book(), new Book()]
    for (const book of books) entry.keep(book)
    books[0]!.in = 2
    books[1]!.out = 3
    entry.carry({ in: 10, errors: 1, handled: 99 })
    const total = entry.total()
    assert.equal([total.in, total.out, total.errors, total.handled], [12, 3, 1, 12])
    assert.is(shared.length, 3)
  })
})
