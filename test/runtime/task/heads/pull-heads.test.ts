import { UnsavedState } from '../../../../src/runtime/state/unsaved-state.ts'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { LoopState } from '../../../../src/runtime/task/loop-state.ts'
import type { SavedValue, StageState } from '../../../../src/runtime/state/stage-state.ts'
import { END } from '../../../../src/functions/user-functions.ts'
import { intervalPull } from '../../../../src/runtime/task/heads/interval-pull.ts'
import { PullHead } from '../../../../src/runtime/task/heads/pull-head.ts'
import { suite } from '../../../support/suite.ts'
import { HandClock, settle } from '../support/hand-clock.ts'
import { createState } from '../support/head-bench.ts'

suite('PullHead', (test) => {
  test('lends the loop its pull, and opens and closes its source', async () => {
    const log: string[] = []
    const source = { next: () => 1, open: () => log.push('open'), close: () => log.push('close') }
    const head = new PullHead(source, new UnsavedState(), () => log.push('stop'))
    const state = createState()
    await head.open()
    assert.is(head.fill(state), 'ready')
    assert.is(state.pull!(), 1)
    head.close()
    assert.equal(log, ['open', 'close'])
    const bare = new PullHead({ next: () => END }, new UnsavedState(), () => {})
    assert.equal([await bare.open(), bare.close()], [undefined, undefined])
  })

  test('ends when it is stopped or cancelled, and lets a pending pull know', () => {
    for (const end of ['stop', 'cancel'] as const) {
      let told = 0
      const head = new PullHead({ next: () => 1 }, new UnsavedState(), () => told++)
      head[end]()
      assert.equal([head.fill(createState()), told], ['ended', 1])
    }
  })
})

/** Numbers up to a thousand, some of which take their time. */
class Slow {
  given = 0
  #answer: (() => void) | null = null
  readonly #slow: (n: number) => boolean

  constructor(slow: (n: number) => boolean) {
    this.#slow = slow
  }

  next(): unknown {
    const give = (): unknown => (this.given === 1000 ? END : this.given++)
    if (!this.#slow(this.given)) return give()
    return new Promise((resolve) => (this.#answer = () => resolve(give())))
  }

  answer(): void {
    this.#answer?.()
  }

  snapshot(): number {
    return this.given
  }

  restore(position: unknown): void {
    this.given = position as number
  }
}

/** Keeps the one value a head names. */
class OneValue implements StageState {
  saved: SavedValue | null = null

  table(): never {
    throw new Error('A head has no tables.')
  }

  value(...[, saved]: Parameters<StageState['value']>): void {
    this.saved = saved
  }
}

suite('positions of a PullHead', (test) => {
  const begin = (
    slow: (n: number) => boolean,
  ): { source: Slow; head: PullHead; state: LoopState; saved: SavedValue } => {
    const source = new Slow(slow)
    const one = new OneValue()
    const given = {
      next: () => source.next(),
      snapshot: () => source.snapshot(),
      restore: (position: unknown) => source.restore(position),
    }
    const head = new PullHead(given, one, () => {})
    const state = createState()
    head.fill(state)
    return { source, head, state, saved: one.saved! }
  }

  test('are those of the records taken in, also while the next is waited for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 990 }),
        fc.array(fc.integer({ min: 0, max: 999 }), { maxLength: 30 }),
        fc.boolean(),
        async (cut, waits, pending) => {
          const slow = new Set(waits)
          if (pending) slow.add(cut)
          const first = begin((n) => slow.has(n))
          for (let n = 0; n < cut; n++) {
            const record = first.state.pull!()
            if (record instanceof Promise) {
              first.source.answer()
              assert.is(await record, n)
              first.head.answered()
            } else assert.is(record, n)
          }
          if (pending) void first.state.pull!()
          const saved = structuredClone(first.saved.save())
          const second = begin(() => false)
          await second.saved.load(saved)
          await second.head.open()
          assert.is(second.state.pull!(), cut)
        },
      ),
    )
  })
})

suite('intervalPull', (test) => {
  const bench = (
    count = Infinity,
  ): { clock: HandClock; job: AbortController; pull: ReturnType<typeof intervalPull> } => {
    const clock = new HandClock()
    const job = new AbortController()
    const pull = intervalPull(clock, 10, count, job.signal)
    clock.time = 5
    pull.open!()
    return { clock, job, pull }
  }

  test('ticks once per period, counted from its start', async () => {
    const { clock, pull } = bench()
    const seen: unknown[] = []
    for (let i = 0; i < 3; i++) {
      void (pull.next() as Promise<number>).then((tick) => seen.push([clock.time, tick]))
      clock.advance(10)
      await settle()
    }
    assert.equal(seen, [[15, 0], [25, 1], [35, 2]]) // prettier-ignore
  })

  test('gives at once what fell due while nobody asked, and does not drift', async () => {
    const { clock, pull } = bench()
    clock.advance(27)
    assert.equal([pull.next(), pull.next()], [0, 1])
    const third = pull.next() as Promise<number>
    clock.advance(2)
    assert.is(clock.timers, 1)
    clock.advance(1)
    assert.is(await third, 2)
  })

  test('ends after its count', () => {
    const { clock, pull } = bench(2)
    clock.advance(100)
    assert.equal([pull.next(), pull.next(), pull.next(), pull.next()], [0, 1, END, END])
    assert.is(bench(0).pull.next(), END)
  })

  test('takes its timer back when it is closed or the job is over', () => {
    for (const end of ['close', 'abort'] as const) {
      const { clock, job, pull } = bench()
      void pull.next()
      assert.is(clock.timers, 1)
      if (end === 'close') pull.close!()
      else job.abort()
      assert.is(clock.timers, 0)
    }
  })
})
