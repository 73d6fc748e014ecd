import * as assert from 'uvu/assert'
import { syncMessage, type SyncOutcome } from '../../../src/jobs/foreign/sync-message.ts'
import { suite } from '../../support/suite.ts'

const outcome = (told: Partial<SyncOutcome>): SyncOutcome => ({
  ...{ provider: 'ray', synced: 0, created: 0, changed: 0, unreadable: 0, error: null, unknownStatuses: [] },
  ...told,
})

suite('what is said of a sync', (test) => {
  test('is what a reader wants to know', () => {
    const cases: readonly (readonly [readonly Partial<SyncOutcome>[], string])[] = [
      [[], 'There is no provider to ask for jobs.'],
      [[{}], 'Found no jobs.'],
      [[{ synced: 1 }], 'Synced 1 job: nothing has changed.'],
      [[{ synced: 1, created: 1 }], 'Synced 1 job: 1 new.'],
      [
        [
          { synced: 100, created: 2 },
          { synced: 20, created: 1, changed: 5 },
        ],
        'Synced 120 jobs: 3 new, 5 changed.',
      ],
      [[{ error: 'it is down' }], 'ray could not be asked: it is down.'],
      [[{ error: 'It is down.' }, { provider: 'b' }], 'Found no jobs. ray could not be asked: It is down.'],
      [
        [{ synced: 100, created: 100, error: 'it is slow' }],
        'Synced 100 jobs: 100 new. ray gave no more after 100: it is slow.',
      ],
      [
        [{ synced: 2, unknownStatuses: ['booting', 'odd'], unreadable: 1 }],
        'Synced 2 jobs: nothing has changed. ray told of 1 job that cannot be understood. ' +
          'ray calls jobs "booting", "odd", which nobody knows, so their status stays as it was.',
      ],
    ]
    for (const [outcomes, message] of cases) assert.is(syncMessage(outcomes.map(outcome)), message)
  })
})
