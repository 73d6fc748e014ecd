import * as assert from 'uvu/assert'
import type { Collector } from '../../../src/functions/context.ts'
import { listState, valueState } from '../../../src/functions/state-descriptors.ts'
import { monotonousTimestamps } from '../../../src/functions/watermark-strategy.ts'
import { PAUSE, TestEnvironment, testSource } from '../../../src/testing/index.ts'
import { suite } from '../../support/suite.ts'

suite('timers by processing time', (test) => {
  test('fire by the clock, in order, with no event time, by one timer of the clock', async () => {
    const env = new TestEnvironment()
    const items = ['a', 'b', PAUSE(5), 'c', PAUSE(100), 'end'] as const
    const log: string[] = []
    env
      .fromSource<string>(testSource<string>(items, { clock: env.clock }))
      .keyBy((key) => key)
      .process({
        process(key, ctx, out: Collector<string>) {
          if (key === 'end') return
          for (const wait of [30, 10, 20]) ctx.timers.atProcessingTime(ctx.now() + wait, key)
          ctx.timers.deleteProcessingTime(ctx.now() + 20, key)
          void out.emit(key)
        },
        onTimer({ time, tag, key, kind }, { timestamp }, out) {
          assert.is(timestamp, undefined)
          assert.is(tag, key)
          void out.emit(`${kind} ${key} ${time}`)
        },
      })
      .sink((text) => {
        // What the source waits on, and ours.
        assert.ok(env.clock.pending.length <= 2)
        log.push(`${env.clock.now()}: ${text}`)
      })
    await env.run()
    assert.equal(log, [
      ...['0: a', '0: b', '5: c', '10: processing a 10', '10: processing b 10', '15: processing c 15'],
      ...['30: processing a 30', '30: processing b 30', '35: processing c 35'],
    ])
    assert.equal(env.clock.pending, [])
  })

  test('that are pending at the end, or when the job is stopped, never fire', async () => {
    const env = new TestEnvironment()
    const fired: unknown[] = []
    env
      .fromBatch([1])
      .keyBy((n) => n)
      .process({
        process: (_, ctx) => ctx.timers.atProcessingTime(ctx.now() + 10),
        onTimer: (timer) => void fired.push(timer),
      })
      .collect()
    await env.run()
    assert.equal(fired, [])
    assert.equal(env.clock.pending, [])
  })

  test('for a time that is past fire at once; one that sets itself anew lets records by', async () => {
    const env = new TestEnvironment()
    const seen = env
      .fromSource<number>(testSource([1, PAUSE(1), 2], { clock: env.clock }))
      .keyBy(() => 'k')
      .process({
        state: { n: valueState(0) },
        process: (n, { timers }, out: Collector<string>) => {
          if (n === 1) timers.atProcessingTime(-1)
          void out.emit(`record ${n}`)
        },
        onTimer: ({ time }, ctx, out) => {
          const { state, timers } = ctx
          state.n.update((n) => n + 1)
          if (state.n.get() <= 3) {
            void out.emit(`timer ${time} at ${ctx.now()}`)
            timers.atProcessingTime(-1 - state.n.get())
          }
        },
      })
      .collect()
    await env.run()
    assert.equal(seen.values, ['record 1', 'timer -1 at 0', 'timer -2 at 0', 'timer -3 at 0', 'record 2'])
  })

  test('fire beside those of event time, behind other stages of a chain, asynchronously too', async () => {
    const env = new TestEnvironment()
    const seen = env
      .fromSource<number>(testSource([1, PAUSE(50), 2], { clock: env.clock }))
      .assignTimestamps((n) => n * 1000, monotonousTimestamps())
      .map((n) => n)
      .keyBy(() => 'k')
      .process({
        process: (n, ctx) => {
          ctx.timers.atEventTime(n * 1000 + 1)
          ctx.timers.atProcessingTime(ctx.now() + 10)
        },
        onTimer: async ({ time, kind }, ctx, out: Collector<string>) => {
          await Promise.resolve()
          await out.emit(`${kind} ${time} at ${ctx.now()}`)
        },
      })
      .map((text, { timestamp }) => `${text}, ${timestamp}`)
      .collect()
    await env.run()
    assert.equal(seen.values, [
      'processing 10 at 10, undefined',
      'event 1001 at 50, 1001',
      'event 2001 at 50, 2001',
    ])
  })

  test('state lives by the clock', async () => {
    const env = new TestEnvironment()
    const seen = env
      .fromSource<number>(testSource([1, PAUSE(9), 2, PAUSE(9), 3, PAUSE(10), 4], { clock: env.clock }))
      .keyBy(() => 'k')
      .map({
        state: { list: listState<number>({ ttl: { ms: 10 } }) },
        map: (n, { state }) => {
          state.list.add(n)
          return state.list.get().join('')
        },
      })
      .collect()
    await env.run()
    assert.equal(seen.values, ['1', '12', '23', '4'])
  })
})
