import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { eventBefore } from '../../../src/jobs/events/event-before.ts'
import type { EventLog } from '../../../src/jobs/job-manager.ts'
import type { JobEvent } from '../../../src/protocol/job-event.ts'
import { suite } from '../../support/suite.ts'

const eventAt = (id: number, at: number): JobEvent => ({
  type: 'job_deleted',
  id,
  at: new Date(at).toISOString(),
  job: 'job-1',
})

suite('eventBefore', (test) => {
  test('finds where the events of a moment begin, with few reads', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ step: fc.integer({ min: 1, max: 3 }), pause: fc.nat(2) }), { maxLength: 60 }),
        fc.integer({ min: -1, max: 130 }),
        (steps, moment) => {
          let [id, at] = [0, 0]
          const events = steps.map(({ step, pause }) => eventAt((id += step), (at += pause)))
          let reads = 0
          const log: Pick<EventLog, 'read' | 'first' | 'last'> = {
            first: events[0]?.id ?? 0,
            last: events.at(-1)?.id ?? 0,
            read({ since, limit }) {
              reads++
              return events.filter(({ id }) => id > since).slice(0, limit)
            },
          }
          const behind = eventBefore(log, moment)
          assert.equal(
            events.filter(({ id }) => id > behind),
            events.filter((event) => Date.parse(event.at) >= moment),
          )
          assert.ok(reads <= 9, `${reads} reads`)
        },
      ),
    )
  })
})
