import * as assert from 'uvu/assert'
import type { Collector } from '../../../src/functions/context.ts'
import type { KeyedProcessContext } from '../../../src/functions/keyed-functions.ts'
import { valueState } from '../../../src/functions/state-descriptors.ts'
import type { Timer } from '../../../src/functions/timers.ts'
import { boundedOutOfOrderness, monotonousTimestamps } from '../../../src/functions/watermark-strategy.ts'
import { assertBooksBalance, bookOf, createEnvironment, failureOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'

const soon = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

type Event = readonly [key: string, time: number]

/** Records with their event times, which never go back. */
const timed = (events: readonly Event[], options: object = {}) => {
  const env = createEnvironment(options)
  const keyed = env
    .fromBatch(events)
    .assignTimestamps(([, time]) => time, monotonousTimestamps())
    .keyBy(([key]) => key)
  return { env, keyed }
}

suite('timers by event time', (test) => {
  /** Sets timers as told by key and record, and logs what happens. */
  const logged = async (
    events: readonly Event[],
    set: (event: Event, ctx: KeyedProcessContext) => void,
    again: (timer: Timer, ctx: KeyedProcessContext) => void = () => {},
  ): Promise<readonly string[]> => {
    const { env, keyed } = timed(events)
    const seen = keyed
      .process({
        process(event, ctx, out: Collector<string>) {
          set(event, ctx)
          void out.emit(`${event[0]}${event[1]}`)
        },
        onTimer(timer, ctx, out) {
          assert.is(timer.key, ctx.key)
          assert.is(timer.time, ctx.timestamp)
          void out.emit(`[${timer.key} ${timer.time}${timer.tag === undefined ? '' : ` ${timer.tag}`}]`)
          again(timer, ctx)
        },
      })
      .map((text, { timestamp }) => `${text}@${timestamp}`)
      .collect()
    await env.submit({ autostop: true })
    return seen.values
  }

  test('fire between the right two records, with their own time, and all at the end', async () => {
    const seen = await logged(
      [
        ['a', 1],
        ['b', 2],
        ['a', 11],
        ['a', 12],
        ['b', 40],
      ],
      ([, time], { timers }) => timers.atEventTime(time + 10),
    )
    assert.equal(seen, [
      ...['a1@1', 'b2@2', 'a11@11', 'a12@12', '[a 11]@11'],
      ...['b40@40', '[b 12]@12', '[a 21]@21', '[a 22]@22', '[b 50]@50'],
    ])
  })

  test('are one per key, time and tag; what is deleted does not fire', async () => {
    const seen = await logged(
      [
        ['b', 1],
        ['a', 2],
        ['a', 3],
      ],
      ([key, time], { timers }) => {
        timers.atEventTime(100)
        timers.atEventTime(100)
        timers.atEventTime(100, 'tag')
        timers.atEventTime(50, 'never')
        if (time !== 1) timers.deleteEventTime(50, 'never')
        timers.deleteEventTime(1, 'none')
        timers.deleteProcessingTime(100)
        if (key === 'b') timers.atEventTime(60, '')
      },
    )
    assert.equal(seen.slice(3), [
      '[b 50 never]@50',
      '[b 60 ]@60',
      '[b 100]@100',
      '[b 100 tag]@100',
      '[a 100]@100',
      '[a 100 tag]@100',
    ])
  })

  test('for a time that is past fire right behind the record', async () => {
    const seen = await logged(
      [
        ['a', 10],
        ['a', 20],
        ['a', 30],
      ],
      ([, time], { timers }) => {
        if (time === 20) timers.atEventTime(3)
      },
    )
    assert.equal(seen, ['a10@10', 'a20@20', '[a 3]@3', 'a30@30'])
  })

  test('may set others, which fire in their turn', async () => {
    const seen = await logged(
      [
        ['a', 0],
        ['b', 15],
        ['a', 100],
      ],
      ([key, time], { timers }) => {
        if (time < 100) timers.atEventTime(time + (key === 'a' ? 10 : 6))
      },
      ({ time }, { timers }) => {
        if (time < 40) timers.atEventTime(time + 10)
      },
    )
    assert.equal(seen.slice(2), [
      '[a 10]@10',
      'a100@100',
      '[a 20]@20',
      '[b 21]@21',
      '[a 30]@30',
      '[b 31]@31',
      '[a 40]@40',
      '[b 41]@41',
    ])
  })

  test('that set the next for ever are let go at the end, and warned of', async () => {
    const warnings: string[] = []
    const logger = {
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (text: string) => void warnings.push(text),
      child: () => logger,
    }
    const { env, keyed } = timed(
      [
        ['a', 0],
        ['b', 0],
        ['a', 25],
      ],
      { logger },
    )
    const fired: number[] = []
    keyed
      .process(
        {
          process: ([, time], { timers }) => {
            if (time === 0) timers.atEventTime(10)
          },
          onTimer: ({ time }, { timers }) => {
            fired.push(time)
            timers.atEventTime(time + 10)
          },
        },
        { name: 'ticker' },
      )
      .collect()
    await env.submit({ autostop: true })
    // For each key two before the end, one that was set before it, and 16 that were set after it.
    assert.is(fired.length, 2 * (2 + 1 + 16))
    assert.is(warnings.length, 1)
    assert.match(warnings.join(), /'ticker'.*input has ended/)
  })

  test('that leave off at the end are not warned of', async () => {
    const seen = await logged(
      [
        ['a', 0],
        ['a', 25],
      ],
      ([, time], { timers }) => {
        if (time === 0) timers.atEventTime(10)
      },
      ({ time }, { timers }) => {
        if (timers.watermark !== Infinity) timers.atEventTime(time + 10)
      },
    )
    assert.equal(seen.slice(2), ['[a 10]@10', '[a 20]@20', '[a 30]@30'])
  })

  test('see the state of their key as of their own time', async () => {
    const { env, keyed } = timed([
      ['a', 0],
      ['b', 1],
      ['c', 1000],
    ])
    const seen = keyed
      .process({
        state: { n: valueState(0, { ttl: { ms: 50, time: 'event' } }) },
        process([, time], { state, timers }) {
          state.n.set(time + 1)
          for (const wait of [49, 50]) timers.atEventTime(time + wait)
        },
        onTimer({ time, key }, { state }, out: Collector<string>) {
          void out.emit(`${key} ${time} ${state.n.get()}`)
        },
      })
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, ['a 49 1', 'a 50 0', 'b 50 2', 'b 51 0', 'c 1049 1001', 'c 1050 0'])
  })

  test('may be asynchronous, emit on the side, and come by the million without emitting', async () => {
    const { env, keyed } = timed(Array.from({ length: 3000 }, (_, n) => [`k${n}`, 0] as const))
    let calls = 0
    let fired = 0
    const main = keyed.process({
      process: (_, { timers }) => {
        calls++
        timers.atEventTime(10)
        timers.atEventTime(20)
      },
      onTimer({ time, key }, { timestamp }, out: Collector<string>) {
        fired++
        if (time === 10) return key === 'k7' ? soon() : undefined
        if (key === 'k1') void out.side('late', timestamp)
        return key === 'k0' ? soon().then(() => out.emit(key)) : undefined
      },
    })
    const seen = main.map((key, { timestamp }) => [key, timestamp]).collect()
    const late = main
      .sideOutput<number>('late')
      .map((time, { timestamp }) => [time, timestamp])
      .collect()
    const result = await env.submit({ autostop: true })
    assert.equal([calls, fired], [3000, 6000])
    assert.equal(seen.values, [['k0', 20]])
    assert.equal(late.values, [[20, 20]])
    assertBooksBalance(env.graph, result)
  })

  test('fire in every subtask, with watermarks from records out of order', async () => {
    const events = Array.from({ length: 500 }, (_, n) => [`k${n % 7}`, n ^ 3] as const)
    const env = createEnvironment({ parallelism: 3 })
    const seen = env
      .fromBatch(events)
      .assignTimestamps(([, time]) => time, boundedOutOfOrderness(500))
      .keyBy(([key]) => key)
      .process({
        state: { n: valueState(0) },
        process([, time], { state, timers }) {
          state.n.update((n) => n + 1)
          timers.atEventTime(time - (time % 100) + 99)
        },
        onTimer({ time, key }, { state }, out: Collector<string>) {
          void out.emit(`${key} ${time}`)
          if (time === 499) void out.emit(`${key} ${state.n.get()}`)
        },
      })
      .collect()
    await env.submit({ autostop: true })
    const expected = new Set(events.map(([key, time]) => `${key} ${time - (time % 100) + 99}`))
    for (let k = 0; k < 7; k++) expected.add(`k${k} ${events.filter(([key]) => key === `k${k}`).length}`)
    assert.equal([...seen.values].sort(), [...expected].sort())
  })

  test('that fail have the policy of their operator, and do not fire again', async () => {
    for (const onError of ['fail', 'skip'] as const) {
      const { env, keyed } = timed([
        ['a', 0],
        ['a', 100],
      ])
      const fired: number[] = []
      const seen = keyed
        .process(
          {
            process: (_, { timers }) => (timers.atEventTime(10), timers.atEventTime(20)),
            onTimer: ({ time }, _, out: Collector<number>) => {
              fired.push(time)
              if (time === 10) throw new Error('no')
              void out.emit(time)
            },
          },
          { onError, name: 'timers' },
        )
        .collect()
      if (onError === 'fail') {
        const error = await failureOf(env.submit({ autostop: true }))
        assert.is(error.operator, 'timers')
        assert.equal(fired, [10])
      } else {
        const result = await env.submit({ autostop: true })
        assert.equal(seen.values, [20])
        assert.is(bookOf(result, 'timers').errors, 1)
      }
    }
  })

  test('are refused without event time, without onTimer, and for no time', async () => {
    const attempt = async (timers: boolean, set: (ctx: KeyedProcessContext) => void): Promise<string> => {
      const env = createEnvironment()
      env
        .fromBatch([1])
        .keyBy((n) => n)
        .process({ process: (_, ctx) => set(ctx), ...(timers ? { onTimer: () => {} } : {}) })
        .collect()
      return (await failureOf(env.submit({ autostop: true }))).message
    }
    assert.match(await attempt(true, ({ timers }) => timers.atEventTime(1)), /stream has none/)
    assert.match(await attempt(false, ({ timers }) => timers.atProcessingTime(1)), /no onTimer/)
    assert.match(await attempt(true, ({ timers }) => timers.atProcessingTime(NaN)), /milliseconds/)
    assert.match(await attempt(true, ({ timers }) => timers.deleteEventTime(Infinity)), /milliseconds/)
  })
})
