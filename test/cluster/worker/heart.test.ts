import assert from 'node:assert/strict'
import { fromJson, toJson } from '../../../src/cluster/protocol/json.ts'
import type { Heartbeat, Orders } from '../../../src/cluster/protocol/heartbeat.ts'
import { Heart } from '../../../src/cluster/worker/heart.ts'
import { MemoryEngine } from '../../support/cluster/memory-engine.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

const setUp = async () => {
  const clock = new ManualClock()
  const { calls } = await new MemoryEngine().connect()
  const heard: Heartbeat[] = []
  const heeded: number[] = []
  const told: boolean[] = []
  const leader = { term: 1 }
  const serve = () =>
    calls.serve('leader', async (bytes) => {
      heard.push(fromJson(bytes))
      return toJson({ leader: 'a', term: leader.term, parts: [] } satisfies Orders)
    })
  const heart = new Heart({
    calls,
    clock,
    beat: (number) => ({
      worker: 'w',
      number,
      host: 'here',
      pid: 1,
      slots: 1,
      labels: {},
      draining: false,
      parts: [],
    }),
    heed: ({ term }) => heeded.push(term),
    heard: (isHeard) => told.push(isHeard),
  })
  return { clock, heart, heard, heeded, told, leader, serve }
}

suite('Heart', (test) => {
  test('beats once a second, at once where there is news, and a last time', async () => {
    const { clock, heart, heard, serve } = await setUp()
    serve()
    heart.start()
    await clock.advance(3_500)
    assert.deepEqual(
      heard.map(({ number }) => number),
      [1, 2, 3, 4],
    )
    heart.wake()
    await clock.advance(40)
    assert.equal(heard.length, 5)
    // However much there is to say, not without a pause.
    for (let i = 0; i < 20; i++) {
      heart.wake()
      await clock.advance(1)
    }
    await clock.advance(30)
    assert.ok(heard.length <= 7)
    const { length } = heard
    const closing = heart.close()
    await clock.advance(100)
    await closing
    assert.ok(heard.length > length)
    assert.equal(clock.waiting, 0)
  })

  test('does what the newest leader says', async () => {
    const { clock, heart, heeded, leader, serve } = await setUp()
    serve()
    heart.start()
    await clock.advance(10)
    leader.term = 3
    await clock.advance(1_000)
    leader.term = 2
    await clock.advance(2_000)
    leader.term = 3
    await clock.advance(1_000)
    assert.deepEqual(heeded, [1, 3, 3])
    const closing = heart.close()
    await clock.advance(100)
    await closing
  })

  test('goes on where nobody answers, and says so once', async () => {
    const { clock, heart, heeded, told, serve } = await setUp()
    heart.start()
    await clock.advance(5_000)
    assert.deepEqual(told, [false])
    serve()
    await clock.advance(1_000)
    assert.deepEqual(told, [false, true])
    assert.deepEqual(heeded, [1])
    const closing = heart.close()
    await clock.advance(100)
    await closing
  })
})
