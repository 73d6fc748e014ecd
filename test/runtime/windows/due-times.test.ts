import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { DueTimes } from '../../../src/runtime/windows/due-times.ts'
import { suite } from '../../support/suite.ts'

suite('DueTimes', (test) => {
  test('gives what is due, earliest first, and of one time in the order it was added', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ add: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(Infinity)) }),
        fc.record({ take: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(Infinity)) }),
      ),
    )
    fc.assert(
      fc.property(steps, (all) => {
        const due = new DueTimes<number>()
        const model: { time: number; item: number }[] = []
        for (const [item, step] of all.entries()) {
          if ('add' in step) {
            due.add(step.add, item)
            model.push({ time: step.add, item })
            // Stable: of one time, what was added first stays first.
            model.sort((a, b) => (a.time === b.time ? 0 : a.time - b.time))
          } else {
            const first = model[0]
            const expected = first !== undefined && first.time <= step.take ? model.shift() : undefined
            assert.is(due.isDue(step.take), expected !== undefined)
            assert.is(due.take(step.take), expected?.item)
            if (expected !== undefined) assert.is(due.taken, expected.time)
          }
          assert.is(due.next, model[0]?.time ?? Infinity)
          assert.is(due.empty, model.length === 0)
        }
      }),
    )
  })
})
