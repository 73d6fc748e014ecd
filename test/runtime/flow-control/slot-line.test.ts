import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { SlotLine } from '../../../src/runtime/flow-control/slot-line.ts'
import { Slot } from '../../../src/runtime/flow-control/slot.ts'
import { CallContext } from '../../../src/runtime/task/call-context.ts'
import { suite } from '../../support/suite.ts'
import { createScope } from '../task/support/parts.ts'

const step = fc.record({ kind: fc.constantFrom('push', 'shift', 'remove'), at: fc.nat(100) })

suite('SlotLine', (test) => {
  test('is in the order of an array that is pushed, shifted and spliced', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const line = new SlotLine()
        const model: Slot[] = []
        for (const { kind, at } of steps) {
          if (kind === 'push') {
            const slot = new Slot(new CallContext(createScope()), () => {})
            line.push(slot)
            model.push(slot)
          } else if (model.length > 0) {
            const [taken] = model.splice(kind === 'shift' ? 0 : at % model.length, 1)
            if (kind === 'remove') line.remove(taken!)
            else assert.is(line.shift(), taken)
          }
          assert.is(line.first, model[0] ?? null)
          assert.ok([...line].every((slot, i) => slot === model[i]) && [...line].length === model.length)
        }
      }),
    )
  })
})
