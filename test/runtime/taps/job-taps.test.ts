import * as assert from 'uvu/assert'
import { BaseEnvironment } from '../../../src/environment/base-environment.ts'
import { hostedSubmit } from '../../../src/environment/hosted-submit.ts'
import type { HostedJob } from '../../../src/environment/job-process-host.ts'
import { monotonousTimestamps } from '../../../src/functions/watermark-strategy.ts'
import { END } from '../../../src/functions/user-functions.ts'
import type { JobInstance } from '../../../src/runtime/dispatcher/job-instance.ts'
import { Channel } from '../../../src/runtime/flow-control/channel.ts'
import { JobTaps } from '../../../src/runtime/taps/job-taps.ts'
import type { TapBatch } from '../../../src/runtime/taps/tap-point.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { CountingWaker } from '../task/support/parts.ts'

class Environment extends BaseEnvironment {
  /** As a job's process starts it. */
  hosted(): Promise<HostedJob> {
    return hostedSubmit(this.recorded).start({ autostop: true }, null)
  }
}

/** A job that consists of channels. */
const channelsOf = (...edges: (readonly [string, string])[]): JobInstance => ({
  nodes: new Map(),
  strands: [],
  latency: null as never,
  channels: edges.map(([from, to]) => ({
    ...{ from, to, consumer: null as never },
    channel: new Channel(Infinity, new CountingWaker()),
  })),
})

const send = (instance: JobInstance, at: number, record: unknown): void =>
  (instance.channels[at]!.channel as Channel).send({
    kind: 'chunk',
    records: [record],
    keys: null,
    timestamps: null,
    replies: null,
    start: 0,
    size: 1,
    spent: false,
  })

/** Gives what it is told to, when it is told. */
class Source {
  readonly #given: unknown[] = []
  #wanted: ((record: unknown) => void) | null = null

  next(): unknown {
    if (this.#given.length > 0) return this.#given.shift()
    return new Promise((resolve) => (this.#wanted = resolve))
  }

  give(record: unknown): void {
    const wanted = this.#wanted
    this.#wanted = null
    if (wanted === null) this.#given.push(record)
    else wanted(record)
  }
}

suite('JobTaps', (test) => {
  test('has nothing on a channel that nobody looks at', () => {
    const clock = new ManualClock()
    const instance = channelsOf(['n0', 'n1'], ['n0', 'n1'], ['n1', 'n2'])
    const taps = new JobTaps(() => instance, clock)
    assert.equal(taps.points, [
      { id: 'n0~n1', from: 'n0', to: 'n1' },
      { id: 'n1~n2', from: 'n1', to: 'n2' },
    ])
    const tapped = (): boolean[] => instance.channels.map(({ channel }) => channel.tap !== null)
    assert.equal(tapped(), [false, false, false])
    taps.watch('n0~n1', 1000, () => {})
    assert.equal(tapped(), [true, true, false])
    taps.unwatch('n0~n1')
    assert.equal(tapped(), [false, false, false])
    assert.is(clock.waiting, 0)
    taps.watch('nowhere', 1000, () => {})
    assert.equal(tapped(), [false, false, false])
    taps.close()
    assert.is(clock.waiting, 0)
  })

  test('looks no more when its lease is over, and goes on when it is renewed', async () => {
    const clock = new ManualClock()
    const instance = channelsOf(['n0', 'n1'])
    const taps = new JobTaps(() => instance, clock)
    const seen: string[] = []
    const watch = (): void =>
      taps.watch('n0~n1', 1000, ({ records }) => seen.push(...records.map(({ text }) => text)))
    watch()
    await clock.advance(900)
    watch()
    await clock.advance(800)
    send(instance, 0, 'in time')
    await clock.advance(150)
    send(instance, 0, 'late')
    await clock.advance(200)
    assert.equal(seen, ["'in time'"])
    assert.is(instance.channels[0]!.channel.tap, null)
    assert.is(taps.open, 0)
    assert.is(clock.waiting, 0)
  })

  test('goes over to what a restart has made', async () => {
    const clock = new ManualClock()
    let instance = channelsOf(['n0', 'n1'])
    const taps = new JobTaps(() => instance, clock)
    const batches: TapBatch[] = []
    taps.watch('n0~n1', 60_000, (batch) => batches.push(batch))
    send(instance, 0, 1)
    instance = channelsOf(['n0', 'n1'])
    await clock.advance(250)
    send(instance, 0, 2)
    taps.close()
    assert.equal(
      batches.map(({ records, passed }) => [passed, records.map(({ text }) => text)]),
      [
        [1, ['1']],
        [2, ['2']],
      ],
    )
    assert.is(instance.channels[0]!.channel.tap, null)
  })

  test('looks at so many points, and no more', () => {
    const instance = channelsOf(...Array.from({ length: 20 }, (_, i) => ['n0', `n${i + 1}`] as const))
    const taps = new JobTaps(() => instance, new ManualClock())
    for (const { id } of taps.points) taps.watch(id, 1000, () => {})
    assert.is(taps.open, 16)
    taps.close()
    assert.ok(instance.channels.every(({ channel }) => channel.tap === null))
  })

  test('shows what a source gives and what goes over the edges of a job, with key and event time', async () => {
    const source = new Source()
    const env = new Environment('tapped')
    env
      .fromSource<number>(source as never)
      .map((n) => n * 10)
      .assignTimestamps((n) => n, monotonousTimestamps())
      .keyBy((n) => `key ${n}`)
      .map((n) => ({ n }), { parallelism: 2 })
      .sink(() => {})
    const job = await env.hosted()
    const { points } = job.taps!
    assert.equal(
      points.map(({ id }) => id),
      ['n0', 'n1~n2', 'n3~n4', 'n4~n5'],
    )
    const heard = new Map<string, TapBatch>()
    for (const { id } of points) job.taps!.watch(id, 60_000, (batch) => heard.set(id, batch))
    source.give(1)
    source.give(2)
    source.give(END)
    await job.result
    job.taps!.close()
    const shown = (id: string): unknown =>
      heard.get(id)?.records.map(({ text, key, eventTime }) => [text, key, eventTime])
    assert.equal(shown('n0'), [
      ['1', null, null],
      ['2', null, null],
    ])
    assert.equal(shown('n3~n4'), [
      ['10', "'key 10'", 10],
      ['20', "'key 20'", 20],
    ])
  })

  test('does nothing to what a source gives at once', async () => {
    for (const records of [[1, 2, 3], new Set([1, 2, 3])]) {
      const env = new Environment('whole')
      const sum: number[] = []
      env
        .fromBatch(() => records)
        .map((n) => n + 1)
        .sink((n) => void sum.push(n))
      const starting = env.hosted()
      const job = await starting
      job.taps!.watch('n0', 60_000, () => {})
      assert.is((await job.result).status, 'completed')
      job.taps!.close()
      assert.equal(sum, [2, 3, 4])
    }
  })
})
