import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { multiset } from '../support/run.ts'
import { shapes } from '../support/shapes.ts'
import { built, outcomeOf, sameSeen } from './support/built.ts'

/** Upstream and downstream subtasks, and those of the last operator; the threads there are. */
const parallelisms = [
  [[1, 1, 1], 1],
  [[1, 3, 3], 2],
  [[3, 1, 1], 3],
  [[3, 3, 3], 2],
  [[2, 5, 5], 3],
  [[4, 2, 3], 2],
] as const

const expected = Object.fromEntries(
  Object.entries(shapes).map(([name, { expected: records }]) => [name, multiset(records)]),
)

suite(
  'guarantees in threads: nothing is lost',
  (test) => {
    for (const [i, [subtasks, count]] of parallelisms.entries()) {
      test(`in any shape, from ${subtasks.join(' to ')} subtasks in ${count} threads`, async () => {
        const size = i % 2 === 0 ? { chunkSize: 1, edgeCapacity: 1 } : { chunkSize: 7 }
        const options = { placement: 'thread', threads: { count }, ...size } as const
        const { seen, result } = await outcomeOf(built('allShapes', options, { parallelisms: subtasks }))
        sameSeen(seen, expected)
        assert.is(result.status, 'completed')
      })
    }

    for (const name of ['fates', 'keyed'] as const) {
      for (const parallelism of [1, 3]) {
        test(`of ${name} by ${parallelism} subtasks: as in one process`, async () => {
          const options = { parallelism, chunkSize: 3, edgeCapacity: 1 }
          const { seen: inProcess } = await outcomeOf(built(name, options))
          for (const [what, values] of Object.entries(inProcess)) assert.ok(values.length > 0, what)
          const threads = { count: 2, schedule: 'round-robin' } as const
          const { seen } = await outcomeOf(built(name, { ...options, placement: 'thread', threads }))
          sameSeen(seen, inProcess)
        })
      }
    }
  },
  { timeout: 60_000 },
)
