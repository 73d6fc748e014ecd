import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Fifo } from '../../src/util/fifo.ts'
import { suite } from '../support/suite.ts'

const operation = fc.oneof(
  fc.record({ do: fc.constant('push' as const), item: fc.integer() }),
  fc.record({ do: fc.constant('shift' as const) }),
  fc.record({ do: fc.constant('take' as const), limit: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant('clear' as const) }),
)

suite('Fifo', (test) => {
  test('gives and holds what an array would', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 100 }), (operations) => {
        const fifo = new Fifo<number>()
        let array: number[] = []
        for (const step of operations) {
          if (step.do === 'push') {
            fifo.push(step.item)
            array.push(step.item)
          } else if (step.do === 'shift') assert.is(fifo.shift(), array.shift())
          else if (step.do === 'take') assert.equal(fifo.take(step.limit), array.splice(0, step.limit))
          else {
            fifo.clear()
            array = []
          }
          assert.is(fifo.size, array.length)
        }
      }),
    )
  })

  test('costs no more for each when it is long', () => {
    const fifo = new Fifo<number>()
    for (let i = 0; i < 1_000_000; i++) fifo.push(i)
    const start = performance.now()
    for (let i = 0; i < 200_000; i++) {
      fifo.shift()
      fifo.push(i)
    }
    assert.ok(performance.now() - start < 2_000)
    assert.is(fifo.size, 1_000_000)
  })
})
