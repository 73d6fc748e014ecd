import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Beat, type Runnable, TaskLoop } from '../../../src/runtime/task/task-loop.ts'
import { suite } from '../../support/suite.ts'
import { HandClock } from './support/hand-clock.ts'

const SLICE = 8
const MAX_TURNS = 4096

class Work implements Runnable {
  queued = false
  next: Runnable | null = null
  readonly #turn: () => boolean | void

  constructor(turn: () => boolean | void) {
    this.#turn = turn
  }
  turn(): number {
    return this.#turn() === true ? 0 : NaN
  }
  /** From when until when its turns were. */
  readonly spans: (readonly [number, number])[] = []
  spent(from: number, until: number): void {
    this.spans.push([from, until])
  }
}

const bench = (): { clock: HandClock; loop: TaskLoop } => {
  const clock = new HandClock()
  return { clock, loop: new TaskLoop(clock, SLICE) }
}

suite('TaskLoop', (test) => {
  test('runs by microtask, first come first served, each once however often it is enqueued', () => {
    const { clock, loop } = bench()
    const log: string[] = []
    const [a, b, c] = ['a', 'b', 'c'].map((name) => new Work(() => void log.push(name)))
    for (const work of [b!, a!, b!, c!, a!]) loop.enqueue(work)
    assert.equal([log, clock.microtasks.length, a!.queued], [[], 1, true])
    clock.drain()
    assert.equal([log, a!.queued], [['b', 'a', 'c'], false])
  })

  test('goes on in turns with those that enqueue themselves', () => {
    const { clock, loop } = bench()
    const log: string[] = []
    for (const name of ['a', 'b', 'c']) {
      let left = 3
      const work = new Work(() => {
        log.push(name)
        if (--left > 0) loop.enqueue(work)
      })
      loop.enqueue(work)
    }
    clock.drain()
    assert.is(log.join(''), 'abcabcabc')
    assert.is(clock.microtasks.length, 0)
  })

  test('shares the time between two looks at the clock among those that had a turn, and tells of all of it', () => {
    const { clock, loop } = bench()
    const takes = (ms: number): Work => new Work(() => void (clock.time += ms))
    const works = [takes(0.25), takes(0), takes(0.125)]
    clock.time = 10
    for (const work of works) loop.enqueue(work)
    clock.drain()
    clock.turn()
    assert.equal(
      works.map(({ spans }) => spans),
      [[[10, 10.125]], [[10.125, 10.25]], [[10.25, 10.375]]],
    )
    clock.time = 100
    loop.enqueue(works[0]!)
    clock.drain()
    clock.time = 102
    clock.turn()
    assert.equal(works[0]!.spans.at(-1), [100, 100.25], 'what passes behind is nobody’s')
  })

  test('gives a long turn all the time since it looked at the clock', () => {
    const { clock, loop } = bench()
    const quick = new Work(() => {})
    const long = new Work(() => {})
    long.turn = () => {
      const since = clock.time
      clock.time += 6
      return since
    }
    loop.enqueue(quick)
    loop.enqueue(long)
    clock.drain()
    assert.equal([quick.spans, long.spans], [[[0, 0]], [[0, 6]]])
  })

  test('ends a slice by the clock, and goes on when the event loop has turned', () => {
    const { clock, loop } = bench()
    let turns = 0
    const work = new Work(() => {
      turns++
      clock.time += 3
      loop.enqueue(work)
      return true
    })
    loop.enqueue(work)
    clock.drain()
    assert.is(turns, 3)
    clock.turn()
    assert.is(turns, 6)
    assert.is(clock.immediates, 1)
  })

  test('looks at the clock after what may have been long, and after every few short turns', () => {
    const { clock, loop } = bench()
    let turns = 0
    const work = new Work(() => {
      if (++turns < 80) loop.enqueue(work)
      return false
    })
    loop.enqueue(work)
    clock.drain()
    assert.equal([turns, clock.looks], [80, 1 + 10])
    clock.turn()
    const before = clock.looks
    loop.enqueue(new Work(() => true))
    clock.drain()
    assert.is(clock.looks - before, 2)
  })

  test('ends a slice by the number of turns where the clock stands still', () => {
    const { clock, loop } = bench()
    let turns = 0
    const work = new Work(() => {
      turns++
      loop.enqueue(work)
    })
    loop.enqueue(work)
    clock.drain()
    assert.is(turns, MAX_TURNS)
    clock.turn()
    assert.is(turns, 2 * MAX_TURNS)
  })

  test('microtasks that wake each other share one slice, so that they cannot starve the event loop', () => {
    const { clock, loop } = bench()
    let turns = 0
    const work: Work = new Work(() => {
      turns++
      clock.time++
      clock.microtask(() => loop.enqueue(work))
      return true
    })
    loop.enqueue(work)
    clock.drain()
    assert.is(turns, SLICE, 'though each wake-up came by a microtask of its own')
    assert.is(clock.immediates, 1)
    clock.turn()
    clock.drain()
    assert.is(turns, 2 * SLICE)
  })

  test('arms one marker per active turn, and none while it rests', () => {
    const { clock, loop } = bench()
    const work = new Work(() => {})
    for (let i = 0; i < 5; i++) {
      loop.enqueue(work)
      clock.drain()
      assert.is(clock.immediates, 1)
    }
    clock.turn()
    assert.is(clock.immediates, 0)
    loop.enqueue(work)
    clock.drain()
    assert.is(clock.immediates, 1)
  })

  test('what comes while the slice is spent waits for the event loop, in its place', () => {
    const { clock, loop } = bench()
    const log: string[] = []
    const long = new Work(() => {
      log.push('long')
      clock.time += SLICE
      return true
    })
    loop.enqueue(long)
    loop.enqueue(new Work(() => void log.push('left')))
    clock.drain()
    assert.equal(log, ['long'])
    loop.enqueue(new Work(() => void log.push('late')))
    clock.drain()
    assert.equal(log, ['long'])
    clock.turn()
    assert.equal(log, ['long', 'left', 'late'])
  })

  test('runs what comes after a spent slice had nothing left', () => {
    const { clock, loop } = bench()
    let ran = 0
    loop.enqueue(
      new Work(() => {
        clock.time += SLICE
        return true
      }),
    )
    clock.drain()
    loop.enqueue(new Work(() => void ran++))
    clock.drain()
    assert.is(ran, 0)
    clock.turn()
    assert.is(ran, 1)
  })

  test('close ends it, from outside and from within a turn, and takes the marker back', () => {
    for (const within of [false, true]) {
      const { clock, loop } = bench()
      const log: string[] = []
      loop.enqueue(new Work(() => (log.push('first'), within && loop.close(), false)))
      loop.enqueue(new Work(() => void log.push('second')))
      if (!within) loop.close()
      loop.enqueue(new Work(() => void log.push('third')))
      clock.drain()
      clock.turn()
      assert.equal(log, within ? ['first'] : [])
      assert.equal([clock.immediates, clock.microtasks.length], [0, 0])
    }
  })

  test('has a beat while there is work, when the clock is looked at, and waits for none', () => {
    const clock = new HandClock()
    const beats: number[] = []
    const beat: Beat & { dueAt: number } = {
      dueAt: -Infinity,
      beat: (now) => {
        beats.push(now)
        beat.dueAt = now + 100
      },
    }
    const loop = new TaskLoop(clock, SLICE, beat)
    const work = new Work(() => void (clock.time += 30))
    for (let i = 0; i < 10; i++) {
      loop.enqueue(work)
      clock.drain()
      clock.turn()
    }
    assert.equal(beats, [30, 150, 270])
    clock.time += 1_000
    clock.drain()
    assert.equal([beats.length, clock.timers, clock.immediates], [3, 0, 0])
  })

  test('whatever comes, everybody is served within one round of the others', () => {
    const spec = fc.record({ turns: fc.integer({ min: 1, max: 20 }), ms: fc.nat(4), long: fc.boolean() })
    fc.assert(
      fc.property(fc.array(spec, { minLength: 1, maxLength: 8 }), (specs) => {
        const { clock, loop } = bench()
        const log: number[] = []
        specs.forEach(({ turns, ms, long }, index) => {
          let left = turns
          const work = new Work(() => {
            log.push(index)
            clock.time += ms
            if (--left > 0) loop.enqueue(work)
            return long
          })
          loop.enqueue(work)
        })
        for (let i = 0; i < 200; i++) {
          clock.drain()
          clock.turn()
        }
        const most = Math.max(...specs.map(({ turns }) => turns))
        const rounds = Array.from({ length: most }, (_, round) =>
          specs.flatMap(({ turns }, index) => (turns > round ? [index] : [])),
        )
        assert.equal(log, rounds.flat())
        assert.equal([clock.immediates, clock.microtasks.length], [0, 0])
      }),
    )
  })
})
