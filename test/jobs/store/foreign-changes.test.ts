import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isActive, type JobStatus, transitions } from '../../../src/job/job-status.ts'
import { newForeignJob, newLines, observedJob } from '../../../src/jobs/store/foreign-changes.ts'
import type { ForeignRecord } from '../../../src/jobs/store/foreign-job-store.ts'
import type { ObservedJob } from '../../../src/providers/job-provider.ts'
import { suite } from '../../support/suite.ts'
import { T, timeAt } from './support/observed-jobs.ts'

const statuses = Object.keys(transitions) as JobStatus[]
const time = fc.nat(1000).map(timeAt)
const fields = {
  name: fc.constantFrom('a', 'b'),
  externalStatus: fc.constantFrom('A', 'B'),
  version: fc.nat(4),
  submittedAt: time,
  startedAt: time,
  endedAt: time,
  restarts: fc.nat(3),
  cost: fc.record({ amount: fc.double({ noNaN: true }), unit: fc.constantFrom('s', 'USD') }),
  error: fc.record({ name: fc.constant('E'), lineage: fc.constant([]), message: fc.string() }),
  url: fc.webUrl(),
}
const required = { externalId: fc.constant('x'), status: fc.option(fc.constantFrom(...statuses)) }

/** What a provider may say, missing fields and nonsense included. */
const observation = fc.record(
  { ...required, ...fields, endedAt: fc.oneof(time, fc.string()), restarts: fc.double() },
  { requiredKeys: ['externalId', 'status'] },
) as fc.Arbitrary<ObservedJob>

const born = (seen: ObservedJob): ForeignRecord => newForeignJob(seen, { id: 'id', provider: 'ray', at: T })
const after = (job: ForeignRecord, seen: ObservedJob, at = T): ForeignRecord =>
  observedJob(job, seen, at) ?? job
const job = fc.array(observation, { minLength: 1, maxLength: 4 }).map(([first, ...rest]) =>
  rest.reduce((known, seen) => after(known, seen), born(first!)),
) // prettier-ignore

/** What there is to say of a job, without how often and when it was looked at. */
const contentOf = ({ revision: _, foreign, ...record }: ForeignRecord): unknown => [
  record,
  { ...foreign, refreshedAt: '' },
]

/** Of a life by the table, what is told at each step, with all there is to tell then. */
const life = fc
  .array(fc.nat(20), { minLength: 1, maxLength: 12 })
  .map((choices) => {
    const been: JobStatus[] = ['pending']
    for (const choice of choices) {
      const next = transitions[been.at(-1)!]
      if (next.length > 0) been.push(next[choice % next.length]!)
    }
    return been.map((status, index): ObservedJob => ({
      externalId: 'x',
      name: `name ${index}`,
      status,
      externalStatus: status.toUpperCase(),
      version: index,
      submittedAt: timeAt(0),
      startedAt: timeAt(1),
      ...(isActive(status) ? {} : { endedAt: timeAt(index) }),
      restarts: index,
      cost: { amount: index, unit: 's' },
      url: 'https://example.com/x',
    }))
  })
  .filter((steps) => steps.length > 1)

suite('what observations make of jobs that run elsewhere', (test) => {
  test('the same once more makes nothing', () => {
    fc.assert(
      fc.property(job, observation, (known, seen) => {
        const once = after(known, seen, T + 1)
        assert.equal(after(once, seen, T + 1), once)
        assert.is(after(once, seen, T + 2).revision, once.revision)
      }),
    )
    fc.assert(fc.property(observation, (seen) => assert.equal(after(born(seen), seen), born(seen))))
  })

  test('with versions the order in which things are heard of does not matter', () => {
    const heard = life.chain((steps) =>
      fc.tuple(fc.constant(steps), fc.shuffledSubarray([...steps, ...steps], { minLength: 1 })),
    )
    fc.assert(
      fc.property(heard, ([steps, order]) => {
        const newest = Math.max(...order.map(({ version }) => version!))
        const [first, ...rest] = order
        const known = rest.reduce((known, seen) => after(known, seen), born(first!))
        assert.equal(contentOf(known), contentOf(born(steps[newest]!)))
      }),
    )
  })

  test('what is over for good stays what it is', () => {
    fc.assert(
      fc.property(job, fc.array(observation, { maxLength: 5 }), (known, seen) => {
        fc.pre(transitions[known.status].length === 0)
        const later = seen.reduce((known, each) => after(known, each), known)
        assert.is(later.status, known.status)
        assert.is.not(later.endedAt, null)
      }),
    )
  })

  test('a field that is missing erases nothing', () => {
    fc.assert(
      fc.property(job, observation, (known, seen) => {
        const later = after(known, seen, T + 1)
        const flat = (record: ForeignRecord): Record<string, unknown> => ({ ...record, ...record.foreign })
        const [before, now] = [flat(known), flat(later)]
        for (const field of Object.keys(fields)) {
          if (field in seen || before[field] === null) continue
          const isReopened = known.status === 'stopped' && later.status !== 'stopped'
          if (isReopened && (field === 'endedAt' || field === 'error')) continue
          assert.equal(now[field], before[field], field)
        }
      }),
    )
  })

  test('a record is always whole: it has ended or it has not, and its revision grows with what is new', () => {
    fc.assert(
      fc.property(job, observation, (known, seen) => {
        const later = after(known, seen, T + 1)
        for (const record of [known, later]) {
          assert.is(record.endedAt === null, isActive(record.status))
          for (const moment of [record.submittedAt, record.startedAt, record.endedAt]) {
            if (moment !== null) assert.is(new Date(moment).toISOString(), moment)
          }
          assert.ok(Number.isSafeInteger(record.restarts) && record.restarts >= 0)
          assert.equal(JSON.parse(JSON.stringify(record)), record)
        }
        const same = { ...later, version: known.version }
        const isNews = JSON.stringify(contentOf(same)) !== JSON.stringify(contentOf(known))
        assert.is(later.revision, known.revision + (isNews ? 1 : 0))
      }),
    )
  })

  test('lines are taken once, and none is left out', () => {
    const whole = Array.from({ length: 20 }, (_, index) => ({ text: String(index) }))
    const readings = fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 30 })
    fc.assert(
      fc.property(readings, (each) => {
        const kept: string[] = []
        for (const [after, count] of each) {
          kept.push(
            ...newLines(kept.length, after, whole.slice(after, after + count), T).added.map(
              ({ text }) => text,
            ),
          )
        }
        assert.equal(
          kept,
          whole.slice(0, kept.length).map(({ text }) => text),
        )
        kept.push(...newLines(kept.length, 0, whole, T).added.map(({ text }) => text))
        assert.is(kept.length, whole.length)
      }),
    )
  })

  test('lines that a provider has not kept are told of, and their places are left free', () => {
    const line = (seq: number): { readonly text: string; readonly seq: number } => ({
      text: `line ${seq}`,
      seq,
    })
    const { added, known } = newLines(2, 2, [line(6), line(7)], T)
    assert.equal(
      added.map(({ stream, text }) => [stream, text]),
      [
        ['system', '3 lines are not kept any more where the job runs.'],
        ['stdout', 'line 6'],
        ['stdout', 'line 7'],
      ],
    )
    assert.is(known, 7)
    assert.equal(newLines(7, 2, [line(6), line(7)], T), { added: [], known: 7 })
    assert.equal(
      newLines(7, 0, [line(7), { text: 'next' }], T).added.map(({ text }) => text),
      ['next'],
    )
    assert.equal(newLines(0, 0, [line(1), line(2)], T).added.length, 2)
  })
})
