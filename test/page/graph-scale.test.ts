import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { scaleOf } from '../../src/page/job/graph-scale.ts'
import { suite } from '../support/suite.ts'

const size = fc.record({
  width: fc.integer({ min: 1, max: 9000 }),
  height: fc.integer({ min: 1, max: 9000 }),
})

suite('how large a graph is drawn', (test) => {
  test('can be read, and uses the room there is', () => {
    const room = { width: 1200, height: 500 }
    assert.equal(
      [
        scaleOf({ width: 1200, height: 100 }, room, false),
        scaleOf({ width: 1500, height: 100 }, room, false),
        scaleOf({ width: 5000, height: 100 }, room, false),
        scaleOf({ width: 1000, height: 450 }, room, false),
        scaleOf({ width: 100, height: 100 }, room, false),
        scaleOf({ width: 600, height: 2000 }, room, false),
      ],
      [1, 0.8, 1, 500 / 450, 1.6, 1],
    )
    assert.is(scaleOf({ width: 100, height: 100 }, { width: 0, height: 0 }, true), 1)
  })

  test('is small enough where all of it is to be seen', () => {
    fc.assert(
      fc.property(size, size, (graph, room) => {
        const scale = scaleOf(graph, room, true)
        assert.ok(scale <= 1 && graph.width * scale <= room.width + 0.01)
        assert.ok(graph.height * scale <= room.height + 0.01)
      }),
    )
  })
})
