import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { MOST_LETTERS } from '../../../src/jobs/dead-letters/dead-letter-store.ts'
import type { DeadLetterStore } from '../../../src/jobs/dead-letters/dead-letter-store.ts'
import type { JobStore } from '../../../src/jobs/store/job-store.ts'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { emptyFolder, openStore } from '../store/support/stores.ts'
import { submissionOf } from '../store/support/submissions.ts'
import { letterOf } from './a-letter.ts'

const stores: Readonly<Record<string, (context: TestContext) => JobStore>> = {
  memory: () => new MemoryJobStore(),
  SQLite: (context) => openStore(context, join(emptyFolder(context), 'jobs.db')),
}

const textsOf = (
  letters: DeadLetterStore,
  query: Partial<Parameters<DeadLetterStore['list']>[1]> = {},
): string[] => letters.list('one', { limit: 200, ...query }).items.map(({ text }) => text)

const idsOf = (letters: DeadLetterStore): number[] =>
  letters.list('one', { limit: 200 }).items.map(({ id }) => id)

for (const [name, open] of Object.entries(stores)) {
  suite(`dead letters in ${name}`, (test) => {
    const withStore = (title: string, check: (letters: DeadLetterStore, store: JobStore) => void): void =>
      test(title, (context) => {
        const store = open(context)
        store.create(submissionOf(), { id: 'one', at: 0, by: 'a test' })
        check(store.deadLetters, store)
      })

    withStore('are listed newest first, page by page, by operator and state', (letters) => {
      letters.add(
        'one',
        [letterOf({ text: 'a' }), letterOf({ text: 'b', operator: 'send "x"', nodeId: 'n2' })],
        0,
      )
      letters.add('one', [letterOf({ text: 'c' })], 0)
      const first = letters.list('one', { limit: 2 })
      assert.equal([first.items.map(({ text }) => text), first.total], [['c', 'b'], 3])
      assert.equal(textsOf(letters, { cursor: first.next! }), ['a'])
      assert.is(letters.list('one', { limit: 2, cursor: first.next! }).next, null)
      assert.equal(textsOf(letters, { operator: 'send "x"' }), ['b'])
      assert.equal(textsOf(letters, { operator: 'n2' }), ['b'])
      assert.is(letters.replay('one', { ids: [first.items[0]!.id] }), 1)
      assert.equal(textsOf(letters, { state: 'replaying' }), ['c'])
      assert.equal(textsOf(letters, { state: 'kept', operator: 'parse' }), ['a'])
      assert.throws(() => letters.list('one', { limit: 1, cursor: 'nonsense' }))
    })

    withStore('have all that is told of them, whatever is in it', (letters) => {
      const told = {
        text: 'a\u0000b',
        key: "'k'",
        eventTime: 5,
        stack: 'at here',
        cause: 'why',
        replays: 2,
        replayOf: 3,
      }
      letters.add('one', [letterOf({ ...told, attempts: 4 })], 0)
      const [id] = idsOf(letters) as [number]
      const info = {
        ...{ id, state: 'kept', operator: 'parse', nodeId: 'n1', subtask: 0, at: '2025-01-31T00:00:00.000Z' },
        ...{ text: 'a\u0000b', key: "'k'", eventTime: 5, attempts: 4, replays: 2, obstacle: null },
        error: { name: 'Error', code: null, message: 'no' },
      }
      assert.equal(letters.list('one', { limit: 1 }).items, [info])
      assert.equal(letters.get('one', id), {
        ...info,
        ...{ record: '{\n  id: 1\n}', stack: 'at here', cause: 'why', replayOf: 3 },
      })
      assert.is(letters.get('one', id + 1), undefined)
      assert.is(letters.get('two', id), undefined)
    })

    withStore('are replayed where they can be, and go when that is safe', (letters) => {
      letters.add(
        'one',
        [letterOf(), letterOf({ parcel: null, obstacle: 'too-large' }), letterOf({ nodeId: 'n2' })],
        7,
      )
      const [third, second, first] = idsOf(letters) as [number, number, number]
      assert.is(letters.replay('one', { all: true, operator: 'n1' }), 1)
      assert.is(letters.replay('one', { all: true }), 1)
      assert.is(letters.replay('one', { ids: [first, second, third] }), 0)
      assert.equal(letters.replaying('one'), [first, third])
      assert.equal(
        letters.parcels('one', [third, second]).map(({ letter, nodeId, parcel }) => [letter, nodeId, parcel]),
        [[third, 'n2', '/w8i']],
      )
      letters.giveBack('one', [third])
      assert.equal(letters.replaying('one'), [first])
      letters.settle('one', [first])
      letters.settle('one', [first])
      assert.equal(idsOf(letters), [third, second])
      assert.equal(letters.counts('one'), {
        operators: [
          { operator: 'parse', nodeId: 'n1', kept: 1, replaying: 0 },
          { operator: 'parse', nodeId: 'n2', kept: 1, replaying: 0 },
        ],
        ...{ replayed: 1, deleted: 0, dropped: 0, notKept: 7 },
      })
      letters.replay('one', { all: true })
      letters.giveBack('one', null)
      assert.equal(letters.replaying('one'), [])
    })

    withStore('are deleted while they are kept', (letters) => {
      letters.add('one', [letterOf(), letterOf(), letterOf()], 0)
      const [, , first] = idsOf(letters) as [number, number, number]
      letters.replay('one', { ids: [first] })
      assert.is(letters.remove('one', { all: true }), 2)
      assert.equal(idsOf(letters), [first])
      assert.is(letters.counts('one').deleted, 2)
    })

    withStore('are forgotten where their records come again', (letters) => {
      letters.add(
        'one',
        [0, 1, 2, 3].map((after) => letterOf({ after, text: `${after}` })),
        0,
      )
      const [, , second, first] = idsOf(letters) as [number, number, number, number]
      letters.replay('one', { ids: [first, second] })
      letters.rewind('one', null, [])
      assert.equal(textsOf(letters), ['3', '2', '1', '0'])
      letters.rewind('one', 2, [first])
      assert.equal(textsOf(letters), ['1'])
      assert.equal(letters.replaying('one'), [second])
      assert.is(letters.counts('one').replayed, 1)
    })

    withStore('are bounded: the oldest go, apart from those that are replayed', (letters) => {
      letters.add('one', [letterOf({ text: 'first' }), letterOf({ text: 'second' })], 0)
      const [, first] = idsOf(letters) as [number, number]
      letters.replay('one', { ids: [first] })
      letters.add(
        'one',
        Array.from({ length: MOST_LETTERS }, () => letterOf()),
        0,
      )
      assert.is(letters.list('one', { limit: 1 }).total, MOST_LETTERS + 1)
      assert.equal(textsOf(letters, { state: 'replaying' }), ['first'])
      assert.is(letters.counts('one').dropped, 1)
      const large = letterOf({ parcel: 'x'.repeat(2 ** 20), text: 'large' })
      letters.add(
        'one',
        Array.from({ length: 70 }, () => large),
        0,
      )
      assert.is(textsOf(letters).filter((text) => text === 'large').length, 63)
    })

    withStore('go with their job, and there are none of others', (letters, store) => {
      letters.add('two', [letterOf()], 1)
      assert.equal(letters.counts('two'), { operators: [], replayed: 0, deleted: 0, dropped: 0, notKept: 0 })
      letters.add('one', [letterOf()], 1)
      store.delete('one', 0)
      assert.equal(letters.list('one', { limit: 1 }), { items: [], next: null, total: 0 })
      assert.is(letters.counts('one').notKept, 0)
    })
  })
}
