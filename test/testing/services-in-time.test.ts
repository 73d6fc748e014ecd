import * as assert from 'uvu/assert'
import { ServiceTimeoutError } from '../../src/index.ts'
import { marbles, type VirtualClock } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

/** Answers after as many milliseconds as it is asked for. */
class Slow {
  readonly #clock: VirtualClock

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  async after(ms: number): Promise<string> {
    await this.#clock.delay(ms)
    return `${ms}`
  }
}

class Silent {
  answer(): Promise<string> {
    return new Promise(() => {})
  }
}

/** Takes its time to come up and to go. */
class Heavy {
  readonly #clock: VirtualClock

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  start(): Promise<void> {
    return this.#clock.delay(10)
  }

  stop(): Promise<void> {
    return this.#clock.delay(20)
  }

  echo(x: string): string {
    return x
  }
}

suite('services in virtual time', (test) => {
  test('a call takes the time its service takes', () =>
    marbles(({ env, clock, cold, expectStream }) => {
      const out = env
        .registerService('slow', Slow, clock)
        .fromObservable(cold('-a-b|', { a: 2, b: 5 }))
        .map((ms, ctx) => ctx.service('slow').after(ms))
      expectStream(out).toBe('---a----(b|)', { a: '2', b: '5' })
    }))

  test('a call that overruns its timeout fails in that frame', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('-a-----------b|')
      const out = env
        .registerService('silent', Silent)
        .fromObservable(source)
        .map((_, ctx) => ctx.callService('silent', 'answer', [], { timeout: 5 }))
      expectStream(out).toBe('------#', undefined, ServiceTimeoutError)
      expectSubscriptions(source).toBe('^-----!')
    }))

  test('the job begins when its services are up, and is over when they are down', async () => {
    const { frame } = await marbles(({ env, clock, cold, expectStream, expectSubscriptions }) => {
      const source = cold('-a-b|')
      const out = env
        .registerService('heavy', Heavy, clock)
        .fromObservable(source)
        .map((x, ctx) => ctx.service('heavy').echo(x))
      expectStream(out).toBe('10ms -a-b|')
      expectSubscriptions(source).toBe('10ms ^---!')
    })
    assert.is(frame, 34)
  })

  test('a pipeline answers as a service in virtual time', () =>
    marbles(({ env, cold, delay, expectStream }) => {
      const out = env
        .registerPipeline('double', (requests) =>
          requests.map(async (n) => {
            await delay(3)
            return Number(n) * 2
          }),
        )
        .fromObservable(cold('a----b|', { a: 1, b: 2 }))
        .map((n, ctx) => ctx.service('double').call(n))
      expectStream(out).toBe('---a----(b|)', { a: 2, b: 4 })
    }))
})
