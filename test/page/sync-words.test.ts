import * as assert from 'uvu/assert'
import { syncWords } from '../../src/page/job-list/sync-words.ts'
import { suite } from '../support/suite.ts'

suite('what is told of a sync', (test) => {
  test('is how many jobs there were, how many of them are new, and who could not be asked', () => {
    const found = { synced: 1200, updated: 3, message: '', failed: [], unknownStatuses: [] }
    assert.equal(
      [
        syncWords(found),
        syncWords({ ...found, synced: 1, updated: 0 }),
        syncWords({ ...found, synced: 0, updated: 0, failed: [{ provider: 'ray', error: 'It is away.' }] }),
      ],
      [
        'Discovered 1,200 jobs, 3 of them new or changed.',
        'Discovered 1 job, none of them new or changed.',
        'Discovered 0 jobs. ray could not be asked: It is away.',
      ],
    )
  })
})
