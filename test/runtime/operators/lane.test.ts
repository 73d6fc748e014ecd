import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  emptyLane,
  firstAfter,
  firstFrom,
  firstTime,
  insertInLane,
  isEmptyLane,
  takeFirst,
} from '../../../src/runtime/operators/lane.ts'
import { suite } from '../../support/suite.ts'

interface Item {
  readonly id: number
  readonly time: number
}

suite('lane', (test) => {
  test('is a list sorted by time, those of one time as they came', () => {
    const steps = fc.array(fc.option(fc.integer({ min: 0, max: 30 })), { maxLength: 200 })
    fc.assert(
      fc.property(steps, fc.integer({ min: -3, max: 33 }), (times, bound) => {
        const lane = emptyLane<Item>()
        let model: Item[] = []
        for (const [id, time] of times.entries()) {
          if (time !== null) {
            insertInLane(lane, { id, time })
            model = [...model, { id, time }].sort((a, b) => a.time - b.time)
          } else if (model.length > 0) assert.equal(takeFirst(lane), model.shift())
          assert.equal(lane.items.slice(lane.from), model)
          assert.is(isEmptyLane(lane), model.length === 0)
          assert.is(firstTime(lane), model[0]?.time ?? Infinity)
          const offset = 2
          const from = model.filter((item) => item.time + offset < bound).length
          assert.is(firstFrom(lane, offset, bound) - lane.from, from)
          const after = model.filter((item) => item.time <= bound).length
          assert.is(firstAfter(lane.items, lane.from, bound) - lane.from, after)
        }
      }),
    )
  })

  test('lets go of what was taken, long before it is empty', () => {
    const lane = emptyLane<Item>()
    for (let id = 0; id < 1000; id++) insertInLane(lane, { id, time: id })
    for (let id = 0; id < 900; id++) takeFirst(lane)
    assert.ok(lane.items.length <= 200, `${lane.items.length} places for 100 items`)
  })
})
