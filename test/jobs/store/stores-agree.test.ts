import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { MillraceError } from '../../../src/errors/millrace-error.ts'
import { type JobStatus, transitions } from '../../../src/job/job-status.ts'
import type { JobPatch, JobQuery } from '../../../src/jobs/store/job-store.ts'
import { jobSortKeys } from '../../../src/protocol/job-sort.ts'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { SqliteJobStore } from '../../../src/jobs/store/sqlite-job-store.ts'
import { suite } from '../../support/suite.ts'
import { emptyFolder } from './support/stores.ts'
import { hashOf, submissionOf } from './support/submissions.ts'

type Store = MemoryJobStore | SqliteJobStore
type Command = (store: Store) => unknown

const T = 1_700_000_000_000
const limits = { logLines: 5, logLineBytes: 12, transitions: 4, forgottenJobs: 2 }

const statuses = Object.keys(transitions) as JobStatus[]
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const at = fc.nat(5).map((days) => T + days * 10 * 60 * 60 * 1000)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('%', '_', '\\', '\u0000', 'A'),
)
const name = fc.oneof(
  fc.constantFrom('prices', 'Prices 100%', 'a_b', 'x\u0000y'),
  text.filter((some) => some !== ''),
)
const limit = fc.constantFrom(1, 2, 200)
const checkpoint = fc.record({
  id: fc.nat(3),
  kind: fc.constantFrom('checkpoint' as const, 'savepoint' as const),
  location: fc.constantFrom('x', 'y', 'z'),
  takenAt: fc.constant(new Date(T).toISOString()),
  bytes: fc.nat(2),
}) // prettier-ignore
const provider = fc.constantFrom('ray', 'http')
const externalId = fc.constantFrom('x', 'y', 'y\u0000')
const observed = fc.record(
  {
    externalId,
    status: fc.option(fc.constantFrom(...statuses)),
    name,
    version: fc.nat(5),
    endedAt: at.map((ms) => new Date(ms).toISOString()),
    cost: fc.record({ amount: fc.double(), unit: fc.constant('s') }),
    error: fc.record({ message: text }) as fc.Arbitrary<never>,
    logs: fc.array(fc.record({ text }), { maxLength: 4 }),
  },
  { requiredKeys: ['externalId', 'status'] },
) // prettier-ignore
const json = fc.jsonValue({ maxDepth: 2 })
const patch = fc.record(
  {
    process: fc.constantFrom(null, { pid: 1, cpu: 0.5 }),
    progress: fc.oneof(fc.constant(null), fc.record({ some: json })),
    savepoint: fc.option(checkpoint),
    error: fc.option(fc.record({ message: text })),
    result: fc.option(fc.record({ some: json })),
    restartHistory: fc.record({ restarts: fc.nat(3), restartedAt: fc.double({ noNaN: true, min: 0, max: T }) }),
    dueAt: fc.option(fc.double({ noNaN: true, min: 0, max: 2 * T })),
    wanted: fc.constantFrom(null, 'stopped', 'deleted'),
    restarts: fc.nat(5),
    priority: fc.nat(5),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JobPatch> // prettier-ignore

const command: fc.Arbitrary<{ readonly says: string; readonly run: Command }> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ id, at, name, key: fc.constantFrom(undefined, 'k', 'l'), priority: fc.integer({ min: -1, max: 1 }), file: fc.constantFrom('a', 'b', 'c') })
      .map(({ id, at, name, key, priority, file }) => {
        const submission = submissionOf({ name, options: { priority }, files: [hashOf(file)], secrets: { a: file } })
        const details = { id, at, by: name, ...(key === undefined ? {} : { idempotencyKey: key }) }
        // Ids are the manager's, which gives none twice.
        return called('create', [id, name, key, priority, file], (store) => store.get(id) ?? store.create(submission, details))
      }),
  },
  {
    weight: 12,
    arbitrary: fc
      .record({ id, to: fc.constantFrom(...statuses), at, cause: text, patch: fc.option(patch, { nil: undefined }) })
      .map(({ id, to, at, cause, patch }) =>
        called('transition', [id, to, patch], (store) =>
          store.transition(id, to, { at, cause, ...(patch === undefined ? {} : { patch }) }),
        ),
      ),
  },
  { weight: 4, arbitrary: fc.tuple(id, patch).map((args) => called('patch', args, (store) => store.patch(...args))) },
  { weight: 2, arbitrary: fc.tuple(id, at).map((args) => called('delete', args, (store) => store.delete(...args))) },
  { weight: 3, arbitrary: fc.tuple(id, checkpoint, at).map((args) => called('addCheckpoint', args, (store) => store.addCheckpoint(...args))) },
  { weight: 1, arbitrary: fc.tuple(id, fc.constantFrom('x', 'y')).map((args) => called('removeCheckpoint', args, (store) => store.removeCheckpoint(...args))) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, fc.array(fc.record({ at: fc.constant('now'), stream: fc.constantFrom('stdout' as const, 'stderr' as const), text }), { maxLength: 8 }))
      .map((args) => called('addLogs', args, (store) => store.addLogs(...args))),
  },
  {
    weight: 12,
    arbitrary: fc
      .record({ provider, seen: fc.array(observed, { maxLength: 4 }), at, cause: text, create: fc.boolean() })
      .map(({ provider, seen, ...details }) =>
        called('observe', [provider, seen, details], (store) => store.foreign.observe(provider, seen, details)),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ provider, externalId, after: fc.nat(4), lines: fc.array(fc.record({ text }), { maxLength: 4 }) })
      .map(({ provider, externalId, after, lines }) =>
        called('foreign.addLogs', [provider, externalId, after, lines], (store) =>
          store.foreign.addLogs(idOf(store, provider, externalId), after, lines, T),
        ),
      ),
  },
  { weight: 2, arbitrary: fc.tuple(provider, externalId, at).map(([provider, externalId, at]) => called('delete', [provider, externalId], (store) => store.delete(idOf(store, provider, externalId), at))) },
  { weight: 1, arbitrary: fc.tuple(provider, externalId, text).map(([provider, externalId, why]) => called('notRefreshed', [provider, externalId, why], (store) => store.foreign.notRefreshed([idOf(store, provider, externalId)], why))) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('l', 'm'), fc.constantFrom('one', 'two'), at, at).map((args) => called('lease', args, (store) => store.foreign.lease(...args))) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('l', 'm'), fc.constantFrom('one', 'two')).map((args) => called('release', args, (store) => store.foreign.release(...args))) },
  { weight: 1, arbitrary: fc.nat(8).map((keep) => called('trimEvents', [keep], (store) => store.trimEvents(keep))) },
  {
    weight: 1,
    arbitrary: fc
      .record({ id, hash: fc.constantFrom('h', 'i'), name: text, scopes: fc.constant(['read'] as const), at })
      .map((token) => called('tokens.create', [token], (store) => store.tokens.create(token))),
  },
  { weight: 1, arbitrary: id.map((id) => called('tokens.delete', [id], (store) => store.tokens.delete(id))) },
  { weight: 1, arbitrary: fc.tuple(id, at).map((args) => called('tokens.used', args, (store) => store.tokens.used(...args))) },
) // prettier-ignore

const idOf = (store: Store, provider: string, externalId: string): string =>
  store.foreign.find(provider, externalId)?.id ?? 'nobody'

function called(name: string, args: readonly unknown[], run: Command): { says: string; run: Command } {
  return { says: `${name}(${args.map((arg) => JSON.stringify(arg)).join()})`, run }
}

const query: fc.Arbitrary<JobQuery> = fc.record(
  {
    status: fc.uniqueArray(fc.constantFrom(...statuses), { maxLength: 3 }),
    name: text,
    provider: fc.uniqueArray(fc.constantFrom('local', 'ray', 'http'), { maxLength: 2 }),
    match: fc.oneof(id, name),
    sort: fc.constantFrom(...jobSortKeys).chain((key) => fc.constantFrom(key, `-${key}` as const)),
    now: at,
    offset: fc.nat(4),
    limit,
  },
  { requiredKeys: ['limit'] },
)

function numbered(): () => string {
  let last = 0
  return () => `foreign-${++last}`
}

/** What a call comes to, errors included. */
function outcomeOf(store: Store, run: Command): unknown {
  try {
    return { returned: run(store) }
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error
    return { code: error.code, message: error.message }
  }
}

/** All that can be read of a store. */
function read(store: Store, queries: readonly JobQuery[]): unknown {
  return {
    jobs: ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => {
      const job = store.get(id)
      if (job === undefined) return undefined
      const first = store.transitions(id, { limit: 2 })
      const rest = first.next === null ? null : store.transitions(id, { limit: 9, cursor: first.next })
      return [job, first, rest, store.checkpoints(id), store.logs(id, 2, 2), store.logs(id, 0, 100)]
    }),
    foreign: ['ray', 'http'].flatMap((provider) => [
      store.foreign.active(provider, { after: 1, limit: 2 }),
      ...['x', 'y', 'y\u0000'].map((externalId) => {
        const job = store.foreign.find(provider, externalId)
        return job && [job, store.transitions(job.id, { limit: 9 }), store.logs(job.id, 0, 9)]
      }),
    ]),
    foreignCounts: store.foreign.activeCounts(),
    lists: queries.map((query) => {
      const page = store.list(query)
      return [page, page.next === null ? null : store.list({ ...query, cursor: page.next })]
    }),
    queue: [store.queue(2), store.queue(100)],
    counts: store.counts(),
    active: store.withStatus('running', 'stopping', 'restarting'),
    expired: store.expired(T + 24 * 60 * 60 * 1000, 3),
    files: [...store.usedFiles()].sort(),
    events: [store.events({ since: 0, limit: 1000 }), store.events({ since: 2, limit: 3, job: 'a' })],
    range: store.eventRange(),
    tokens: [store.tokens.list(), store.tokens.findByHash('h')],
  }
}

suite('job stores in SQLite and in memory', (test) => {
  test('agree whatever is done with them, and over restarts', { timeout: 120_000 }, (context) => {
    const folder = emptyFolder(context)
    let runs = 0
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 30, arbitrary: command }, { weight: 1, arbitrary: fc.constant('restart' as const) }), { minLength: 1, maxLength: 60, size: 'max' }),
        fc.array(query, { maxLength: 3 }),
        (commands, queries) => {
          const file = join(folder, `jobs-${++runs}.db`)
          const memory = new MemoryJobStore({ ...limits, newId: numbered() })
          const newId = numbered()
          let sqlite = new SqliteJobStore({ file, ...limits, newId })
          try {
            for (const command of commands) {
              if (command === 'restart') {
                sqlite.close()
                sqlite = new SqliteJobStore({ file, ...limits, newId })
              } else {
                const expected = outcomeOf(memory, command.run)
                assert.equal(outcomeOf(sqlite, command.run), expected, command.says)
              }
            }
            assert.equal(read(sqlite, queries), read(memory, queries))
          } finally {
            sqlite.close()
          }
        },
      ),
      { numRuns: 150 },
    )
  }) // prettier-ignore
})
