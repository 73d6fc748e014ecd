import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { WebhookLimitError } from '../../../../src/errors/webhook-subscription-errors.ts'
import type { SqliteJobStore } from '../../../../src/jobs/store/sqlite-job-store.ts'
import type { CollectOptions, SubscriptionSettings } from '../../../../src/jobs/store/webhook-store.ts'
import { suite, type TestContext } from '../../../support/suite.ts'
import { emptyFolder, openStore } from '../support/stores.ts'
import { submissionOf } from '../support/submissions.ts'
import { thrown } from '../support/thrown.ts'

const T = 1_700_000_000_000
const timeAt = (ms: number): string => new Date(ms).toISOString()

const settings: SubscriptionSettings = {
  url: 'https://example.com/',
  events: ['job_status_changed'],
  filter: {},
  enabled: true,
  description: 'a \u0000 b',
  disabledReason: null,
  failingSince: null,
}

const open = (context: TestContext): SqliteJobStore =>
  openStore(context, join(emptyFolder(context), 'jobs.db'))

const subscribe = (
  { webhooks }: SqliteJobStore,
  id: string,
  more: Partial<SubscriptionSettings> = {},
): unknown => webhooks.create(id, { ...settings, ...more }, { secret: `of ${id}`, at: T, most: 100 })

let jobs = 0
/** One event each. */
const happen = (store: SqliteJobStore, events: number): void => {
  for (let n = 0; n < events; n++)
    store.create(submissionOf(), { id: `webhook-job-${jobs++}`, at: T, by: 'a test' })
}

const all: CollectOptions = {
  at: T,
  mostEvents: 100,
  mostPending: 100,
  make: ({ id }, event) => ({
    id: `${id}_${event.id}`,
    type: event.type,
    event: event.id,
    job: event.job,
    body: '{}',
  }),
}

/** Undoes all of it, unless there is nothing to be done. */
function failInTheMiddle({ webhooks }: SqliteJobStore, options: CollectOptions): void {
  let left = 2
  const make: CollectOptions['make'] = (...args) => {
    if (--left === 0) throw new RangeError('in the middle')
    return options.make(...args)
  }
  try {
    webhooks.collect({ ...options, make })
  } catch (error) {
    assert.instance(error, RangeError)
  }
}

const eventsOf = ({ webhooks }: SqliteJobStore, subscription: string): readonly (number | null)[] =>
  webhooks
    .deliveries({ subscription, limit: 200 })
    .items.map(({ event }) => event)
    .reverse()

suite('webhook subscriptions in SQLite', (test) => {
  test('are kept as they are, without their secrets', (context) => {
    const store = open(context)
    const { webhooks } = store
    const made = webhooks.create('a', settings, { secret: 'hidden', at: T, most: 2 })
    assert.equal(made, {
      ...{ id: 'a', ...settings, createdAt: timeAt(T), updatedAt: timeAt(T) },
      ...{ previousSecretUntil: null, pending: 0, missed: 0 },
    })
    assert.equal(webhooks.get('a'), made)
    assert.equal(webhooks.secrets('a'), [{ secret: 'hidden', until: null }])
    subscribe(store, 'b')
    assert.equal(
      webhooks.list().map(({ id }) => id),
      ['a', 'b'],
    )
    const changed = webhooks.change('a', { enabled: false, url: 'https://other.example/' }, T + 5)
    assert.equal(changed, {
      ...made,
      enabled: false,
      url: 'https://other.example/',
      updatedAt: timeAt(T + 5),
    })
    const rotated = webhooks.replaceSecrets(
      'a',
      [
        { secret: 'new', until: null },
        { secret: 'hidden', until: T + 9 },
      ],
      T,
    )
    assert.is(rotated!.previousSecretUntil, timeAt(T + 9))
    assert.not.match(JSON.stringify(webhooks.list()), 'hidden')
    assert.ok(webhooks.delete('a'))
    assert.not(webhooks.delete('a'))
    assert.equal(
      [webhooks.get('a'), webhooks.change('a', {}, T), webhooks.replaceSecrets('a', [], T)],
      [undefined, undefined, undefined],
    )
    assert.equal(webhooks.secrets('a'), [])
  })

  test('are no more than so many', (context) => {
    const { webhooks } = open(context)
    const details = { secret: 's', at: T, most: 1 }
    webhooks.create('a', settings, details)
    assert.ok(
      thrown('ERR_WEBHOOK_LIMIT', () => webhooks.create('b', settings, details)) instanceof WebhookLimitError,
    )
    assert.is(webhooks.list().length, 1)
  })

  test('get each event once, whatever the steps in which they go on', (context) => {
    const step = fc.record({
      events: fc.nat(6),
      mostEvents: fc.integer({ min: 1, max: 5 }),
      mostPending: fc.integer({ min: 1, max: 12 }),
      settled: fc.nat(5),
      late: fc.boolean(),
      fails: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const store = open(context)
        happen(store, 3)
        subscribe(store, 'a')
        const first = store.eventRange().last + 1
        let late = false
        for (const { events, mostEvents, mostPending, settled, ...more } of steps) {
          happen(store, events)
          if (more.late && !late) subscribe(store, 'b')
          late ||= more.late
          const options = { ...all, mostEvents, mostPending }
          if (more.fails) failInTheMiddle(store, options)
          store.webhooks.collect(options)
          for (const subscription of store.webhooks.list()) assert.ok(subscription.pending <= 12)
          for (const { id } of store.webhooks.due('a', T, settled + 1)) {
            const attempt = { at: '', durationMs: 0, status: 200, error: null, answer: '' }
            store.webhooks.settle(id, { attempt, status: 'delivered', dueAt: null })
          }
        }
        while (store.webhooks.collect(all));
        const { last } = store.eventRange()
        assert.equal(
          eventsOf(store, 'a'),
          Array.from({ length: last - first + 1 }, (_, n) => first + n),
        )
        store.close()
      }),
      { numRuns: 30 },
    )
  })

  test('hold the events that they have still to be told of, unless they are disabled', (context) => {
    const store = open(context)
    subscribe(store, 'slow')
    subscribe(store, 'disabled', { enabled: false })
    happen(store, 20)
    store.trimEvents(5)
    assert.equal(store.eventRange(), { first: 1, last: 20 })
    store.webhooks.collect({ ...all, mostEvents: 8 })
    store.trimEvents(5)
    assert.equal(store.eventRange(), { first: 9, last: 20 })
    while (store.webhooks.collect(all));
    store.trimEvents(5)
    assert.equal(store.eventRange(), { first: 16, last: 20 })
    assert.equal(
      eventsOf(store, 'slow'),
      Array.from({ length: 20 }, (_, n) => n + 1),
    )
    // It goes on with what is left, and says how much is not.
    store.webhooks.change('disabled', { enabled: true }, T)
    while (store.webhooks.collect(all));
    assert.equal(eventsOf(store, 'disabled'), [16, 17, 18, 19, 20])
    assert.is(store.webhooks.get('disabled')!.missed, 15)
    assert.is(store.webhooks.get('slow')!.missed, 0)
  })

  test('go on where all events are gone', (context) => {
    const store = open(context)
    subscribe(store, 'a', { enabled: false })
    happen(store, 3)
    store.trimEvents(0)
    store.webhooks.change('a', { enabled: true }, T)
    assert.not(store.webhooks.collect(all))
    assert.is(store.webhooks.get('a')!.missed, 3)
    happen(store, 1)
    store.webhooks.collect(all)
    assert.equal(eventsOf(store, 'a'), [4])
    assert.is(store.webhooks.get('a')!.missed, 3)
  })

  test('learn of the job of an event what is known', (context) => {
    const store = open(context)
    subscribe(store, 'a')
    const details = { id: 'known', at: T, by: 'a test' }
    store.create(submissionOf({ name: 'prices' }), details)
    store.addCheckpoint('known', { id: 1, kind: 'checkpoint', location: '/', takenAt: '', bytes: 1 }, T)
    const seen: unknown[] = []
    const look = (): void => {
      const make: CollectOptions['make'] = (_, event, subject) => {
        seen.push([event.type, subject?.name, subject?.provider])
        return null
      }
      store.webhooks.collect({ ...all, make })
    }
    look()
    store.addCheckpoint('known', { id: 2, kind: 'checkpoint', location: '/2', takenAt: '', bytes: 1 }, T)
    store.delete('known', T)
    look()
    assert.equal(seen, [
      ['job_submitted', 'prices', 'local'],
      ['job_checkpoint', 'prices', 'local'],
      ['job_checkpoint', undefined, undefined],
      ['job_deleted', 'prices', 'local'],
    ])
  })
})

suite('webhook deliveries in SQLite', (test) => {
  test('are listed newest first, page by page, by subscription and status', (context) => {
    const store = open(context)
    const { webhooks } = store
    subscribe(store, 'a')
    subscribe(store, 'b')
    happen(store, 3)
    webhooks.collect(all)
    const attempt = { at: timeAt(T), durationMs: 3, status: 204, error: null, answer: '' }
    webhooks.settle('a_2', { attempt, status: 'delivered', dueAt: null })
    const ids = (query: Parameters<typeof webhooks.deliveries>[0]): readonly string[] =>
      webhooks.deliveries(query).items.map(({ id }) => id)
    assert.equal(ids({ subscription: 'a', limit: 10 }), ['a_3', 'a_2', 'a_1'])
    assert.equal(ids({ status: 'delivered', limit: 10 }), ['a_2'])
    assert.equal(ids({ subscription: 'b', status: 'pending', limit: 10 }), ['b_3', 'b_2', 'b_1'])
    assert.equal(ids({ subscription: 'c', limit: 10 }), [])
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = webhooks.deliveries({ limit: 2, ...(cursor === undefined ? {} : { cursor }) })
      assert.is(page.total, 6)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    assert.is(new Set(seen).size, 6)
    thrown('ERR_INVALID_CURSOR', () => webhooks.deliveries({ limit: 2, cursor: 'x' }))
    assert.equal(webhooks.delivery('a_2'), {
      ...{
        id: 'a_2',
        subscription: 'a',
        type: 'job_submitted',
        event: 2,
        job: store.events({ since: 1, limit: 1 })[0]!.job,
      },
      ...{ status: 'delivered', createdAt: timeAt(T), nextAttemptAt: null, attempts: [attempt], body: '{}' },
    })
    assert.is(webhooks.delivery('a_9'), undefined)
    assert.not(webhooks.again('a_9', T))
  })

  test('are due in their order, of enabled subscriptions only', (context) => {
    const store = open(context)
    const { webhooks } = store
    subscribe(store, 'a')
    happen(store, 3)
    webhooks.collect(all)
    const failed = { at: timeAt(T), durationMs: 3, status: null, error: 'no', answer: null }
    webhooks.settle('a_1', { attempt: failed, status: 'pending', dueAt: T + 10 })
    const due = (at: number): readonly (readonly [string, number])[] =>
      webhooks.due('a', at, 10).map(({ id, failures }) => [id, failures] as const)
    assert.equal(due(T - 1), [])
    assert.equal(due(T), [
      ['a_2', 0],
      ['a_3', 0],
    ])
    assert.equal(due(T + 10), [
      ['a_2', 0],
      ['a_3', 0],
      ['a_1', 1],
    ])
    assert.equal([webhooks.nextDue(T), webhooks.nextDue(T + 10)], [T + 10, null])
    assert.ok(webhooks.again('a_1', T - 5))
    assert.equal(due(T)[0], ['a_1', 0])
    webhooks.change('a', { enabled: false }, T)
    assert.equal(due(T + 10), [])
    webhooks.settle('gone', { attempt: failed, status: 'pending', dueAt: T + 10 })
  })

  test('remember their last twenty attempts', (context) => {
    const store = open(context)
    subscribe(store, 'a')
    happen(store, 1)
    store.webhooks.collect(all)
    for (let n = 0; n < 25; n++) {
      const attempt = { at: timeAt(T), durationMs: n, status: null, error: 'no', answer: null }
      store.webhooks.settle('a_1', { attempt, status: 'pending', dueAt: T })
    }
    const { attempts } = store.webhooks.delivery('a_1')!
    assert.equal(
      attempts.map(({ durationMs }) => durationMs),
      Array.from({ length: 20 }, (_, n) => n + 5),
    )
  })

  test('that wait are not trimmed, and those that are over are by number and age', (context) => {
    const store = open(context)
    const { webhooks } = store
    subscribe(store, 'a')
    subscribe(store, 'b')
    happen(store, 6)
    webhooks.collect(all)
    const attempt = { at: timeAt(T), durationMs: 0, status: 200, error: null, answer: '' }
    for (const id of ['a_1', 'a_2', 'a_4', 'a_5', 'b_1'])
      webhooks.settle(id, { attempt, status: 'delivered', dueAt: null })
    webhooks.trim(2, 0)
    assert.equal(eventsOf(store, 'a'), [3, 4, 5, 6])
    assert.equal(eventsOf(store, 'b'), [1, 2, 3, 4, 5, 6])
    webhooks.trim(2, T + 1)
    assert.equal(eventsOf(store, 'a'), [3, 6])
    assert.equal(eventsOf(store, 'b'), [2, 3, 4, 5, 6])
  })
})
