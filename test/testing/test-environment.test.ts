import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../src/index.ts'
import { TestEnvironment, VirtualTimeError, virtualClock } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

const virtualTimeErrorOf = async (run: Promise<unknown>): Promise<VirtualTimeError> => {
  const error: unknown = await run.catch((thrown: unknown) => thrown)
  assert.instance(error, VirtualTimeError)
  return error as VirtualTimeError
}

suite('TestEnvironment', (test) => {
  test('is a LocalEnvironment in virtual time', async () => {
    const env = new TestEnvironment('mine', { parallelism: 2 })
    assert.instance(env, LocalEnvironment)
    assert.is(env.name, 'mine')
    const seen = env
      .fromBatch([1, 2, 3])
      .map((n, { parallelism }) => n * parallelism)
      .collect()
    const result = await env.run()
    assert.equal([...seen.values].sort(), [2, 4, 6])
    assert.is(result.durationMs, 0)
  })

  test('keeps its type, with its services', async () => {
    const env = new TestEnvironment()
      .registerService('double', () => ({ of: (n: number) => n * 2 }))
      .registerPipeline('triple', (numbers) => numbers.map((n) => (n as number) * 3))
    const seen = env
      .fromBatch([1, 2])
      .map(
        async (n, ctx) => (await ctx.service('double').of(n)) + ((await ctx.service('triple').call(n)) ?? 0),
      )
      .collect()
    await env.run()
    assert.equal(seen.values, [5, 10])
  })

  test('shares a clock', async () => {
    const clock = virtualClock()
    const first = new TestEnvironment('first', { clock })
    const second = new TestEnvironment('second', { clock })
    first.fromInterval(10, { count: 2 }).sink(() => {})
    second.fromInterval(5, { count: 2 }).sink(() => {})
    await first.run()
    await second.run()
    assert.is(clock.frame, 30)
  })

  test('tells when a job can never end, and leaves nothing of it behind', async () => {
    const log: string[] = []
    const env = new TestEnvironment().registerService('slow', () => ({
      cleanup: () => env.clock.delay(100).then(() => void log.push('cleanup')),
    }))
    env
      .fromSource({ next: () => new Promise<number>(() => {}), close: () => void log.push('close') })
      .sink(() => {})
    const error = await virtualTimeErrorOf(env.run())
    assert.is(error.reason, 'idle')
    assert.is(error.frame, 0)
    assert.is(env.status, 'cancelled')
    assert.equal(log, ['close', 'cleanup'])
    assert.equal(env.clock.pending, [])
  })

  test('cancels its own job only', async () => {
    const env = new TestEnvironment()
    env.fromInterval(10).sink(() => {})
    const other = await env.clock.run(env.submit())
    const error = await virtualTimeErrorOf(env.run({ maxSteps: 50 }))
    assert.is(error.reason, 'endless')
    assert.is(other.status, 'running')
    assert.is(env.status, 'cancelled')
    await env.clock.run(other.stop())
    assert.equal(env.clock.pending, [])
  })
})
