import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { WaitingLine } from '../../src/services/waiting-line.ts'
import { suite } from '../support/suite.ts'

suite('WaitingLine', (test) => {
  test('is first in, first out', () => {
    const line = new WaitingLine<number>()
    assert.is(line.shift(), undefined)
    for (const value of [1, 2, 3]) line.push(value)
    assert.equal([line.shift(), line.shift(), line.shift(), line.shift()], [1, 2, 3, undefined])
    assert.ok(line.isEmpty)
  })

  test('behaves as an array does, whoever leaves and however often', () => {
    const steps = fc.array(fc.oneof(fc.constant('push'), fc.constant('shift'), fc.nat({ max: 30 })))
    fc.assert(
      fc.property(steps, (script) => {
        const line = new WaitingLine<number>()
        let model: number[] = []
        const leave: (() => void)[] = []
        for (const step of script) {
          if (step === 'push') {
            model.push(leave.length)
            leave.push(line.push(leave.length))
          } else if (step === 'shift') {
            assert.is(line.shift(), model.shift())
          } else {
            leave[step]?.()
            model = model.filter((value) => value !== step)
          }
          assert.is(line.isEmpty, model.length === 0)
        }
        for (const value of model) assert.is(line.shift(), value)
      }),
    )
  })
})
