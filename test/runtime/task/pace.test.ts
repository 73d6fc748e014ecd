import * as assert from 'uvu/assert'
import { Pace } from '../../../src/runtime/task/pace.ts'
import { TieredLoop } from '../../../src/runtime/task/tiered-loop.ts'
import { Exit } from '../../../src/runtime/task/loop-state.ts'
import { suite } from '../../support/suite.ts'
import { HandClock } from './support/hand-clock.ts'

/** Records in a round at most. */
const LONGEST = 1024

interface Bench {
  readonly clock: HandClock
  readonly pace: Pace
  /** Records of each round so far. */
  readonly rounds: number[]
  spedUp: number
  paused: number
  /** One turn of rounds whose records take so long each, of which there are so many. */
  readonly turn: (msPerRecord: number, records?: number) => boolean
}

const bench = (): Bench => {
  const clock = new HandClock()
  const at: Bench = {
    clock,
    pace: new Pace(clock, () => at.spedUp++),
    rounds: [],
    spedUp: 0,
    paused: 0,
    turn: (msPerRecord, records = Infinity) => {
      let left = records
      const round = (): boolean => {
        if (left <= 0) return false
        const size = Math.min(at.pace.quantum, left)
        left -= size
        at.pace.begin(size)
        at.rounds.push(size)
        clock.time += size * msPerRecord
        return true
      }
      return !Number.isNaN(at.pace.turn(round, () => at.paused++))
    },
  }
  return at
}

const grown = (): Bench => {
  const at = bench()
  while (at.pace.quantum < LONGEST) at.turn(0.00001)
  at.rounds.length = 0
  at.paused = 0
  return at
}

suite('Pace', (test) => {
  test('begins with one record and doubles while rounds are short, up to its bound', () => {
    const at = bench()
    for (let i = 0; i < 20; i++) at.turn(0)
    assert.equal(at.rounds.slice(0, 10), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
    assert.is(Math.max(...at.rounds), LONGEST)
  })

  test('the first turn has one round, later ones up to sixteen, though the clock stands still', () => {
    const at = bench()
    const perTurn = [1, 2, 3, 4, 5, 6].map(() => {
      const before = at.rounds.length
      at.turn(0)
      return at.rounds.length - before
    })
    assert.equal(perTurn.slice(0, 4), [1, 2, 4, 8])
    assert.ok(
      perTurn.slice(4).every((rounds) => rounds >= 16 && rounds <= 17),
      perTurn.join(' '),
    )
    assert.is(at.paused, 6)
  })

  test('never grows where one record takes long, and stays where a round takes its time', () => {
    const slow = bench()
    for (let i = 0; i < 20; i++) slow.turn(5)
    assert.equal(new Set(slow.rounds), new Set([1]))
    const steady = bench()
    for (let i = 0; i < 40; i++) steady.turn(0.02)
    assert.ok(steady.pace.quantum * 0.02 <= 1 && steady.pace.quantum * 0.02 >= 0.5)
  })

  test('shrinks as soon as a round takes long, in proportion', () => {
    const at = grown()
    while (at.pace.quantum === LONGEST) at.turn(0.0025)
    assert.is(at.pace.quantum, 399)
    at.turn(10)
    assert.is(at.pace.quantum, 1)
  })

  test('a turn lasts about a millisecond, and what is left of it is given up', () => {
    const at = grown()
    for (let i = 0; i < 30; i++) {
      const before = at.clock.time
      at.turn(0.25 / LONGEST)
      assert.ok(at.clock.time - before <= 1 + 2 * 0.25, `${at.clock.time - before} ms`)
    }
  })

  test('a turn of slow records ends where the next round would make it longer than it is to be by more than half', () => {
    for (const ms of [0.02, 0.1, 0.3, 0.45, 0.6, 0.9]) {
      const at = bench()
      for (let i = 0; i < 30; i++) {
        const before = at.clock.time
        at.turn(ms)
        const took = at.clock.time - before
        assert.ok(took <= 1.5, `${took} ms of records that take ${ms} ms`)
      }
    }
  })

  test('speeds up once, when rounds have grown to their length, and not before', () => {
    const at = bench()
    for (let i = 0; i < 100 && at.pace.quantum < 256; i++) {
      assert.is(at.spedUp, 0)
      at.turn(0)
    }
    assert.is(at.spedUp, 1)
    for (let i = 0; i < 100; i++) at.turn(0)
    assert.is(at.spedUp, 1)
  })

  test('does not speed up for records that take more than a microsecond, until they take less', () => {
    const at = bench()
    for (let i = 0; i < 100; i++) at.turn(0.0015)
    assert.is(at.pace.quantum, 512)
    assert.is(at.spedUp, 0)
    for (let i = 0; i < 10; i++) at.turn(0.0008)
    assert.is(at.spedUp, 1)
  })

  test('speeds up although its rounds have come to their longest while the code was cold', () => {
    const at = bench()
    while (at.pace.quantum < 256) at.turn(0.0015)
    // Too slow for that, and short enough to grow.
    at.turn(0.0011, 256)
    at.turn(0.0011, 400)
    assert.equal([at.pace.quantum, at.spedUp], [LONGEST, 0])
    for (let i = 0; i < 3; i++) at.turn(0.00005, 400)
    assert.is(at.spedUp, 1)
  })

  test('begins again after a restart', () => {
    const at = grown()
    at.pace.restart()
    at.turn(0)
    assert.is(at.rounds[0], 1)
  })

  test('short rounds of a strand that knows its pace go without a look at the clock', () => {
    const at = grown()
    const before = at.clock.looks
    for (let i = 0; i < 10; i++) assert.not(at.turn(0, 5), 'no look: the work was short')
    assert.equal([at.clock.looks - before, at.rounds.length, at.paused], [0, 10, 0])
    assert.ok(at.turn(0))
    assert.ok(at.clock.looks > before)
  })

  test('a round that had nothing to run says nothing of the pace', () => {
    const at = bench()
    at.turn(0)
    const { quantum } = at.pace
    at.pace.turn(() => {
      at.clock.time += 100
      return false
    }, assert.unreachable)
    assert.is(at.pace.quantum, quantum)
  })

  test('learns from the last round of a turn, too', () => {
    const at = bench()
    at.pace.turn(() => {
      at.pace.begin(1)
      return false
    }, assert.unreachable)
    assert.is(at.pace.quantum, 2)
  })
})

suite('TieredLoop', (test) => {
  test('takes its own place with generated code once, if there may be any', () => {
    let generated = 0
    const [closures, fast] = [() => Exit.pause, () => Exit.ended]
    const loop = new TieredLoop(closures, () => (generated++, fast))
    assert.is(loop.run, closures)
    loop.speedUp()
    loop.speedUp()
    assert.equal([loop.run, generated], [fast, 1])
    const forbidden = new TieredLoop(closures, null)
    forbidden.speedUp()
    assert.is(forbidden.run, closures)
  })
})
