import {
  boundedOutOfOrderness,
  type Collected,
  LocalEnvironment,
  monotonousTimestamps,
  session,
  sliding,
  tumbling,
} from '../../../../src/index.ts'
import { range } from '../../support/run.ts'
import type { BuildPipeline } from './pipeline.ts'

interface Reading {
  readonly at: number
  readonly room: string
  readonly value: number
}

/** Out of order by up to 40 ms, and one in fifty far too late. */
const readings: readonly Reading[] = range(400).map((n) => ({
  at: n % 50 === 49 ? n * 10 - 3000 : n * 10 + ((n * 37) % 40),
  room: `room ${n % 7}`,
  value: n,
}))

const sum = (a: Reading, b: Reading): Reading => ({
  ...a,
  at: Math.max(a.at, b.at),
  value: a.value + b.value,
})

/** Windows of all kinds, watermarks, joins, state and timers, by key. */
export const keyed: BuildPipeline = (options) => {
  const env = new LocalEnvironment('keyed', options)
  // One subtask: late is what comes behind the watermark, and there is one order in which they come.
  const single = { parallelism: 1 }
  const timed = env
    .fromBatch(readings, single)
    .assignTimestamps(({ at }) => at, boundedOutOfOrderness(50), single)
    .map((reading) => ({ ...reading }), single)
  const rooms = timed.keyBy(({ room }) => room)
  const tumbled = rooms
    .window(tumbling({ size: 200 }))
    .reduce(sum, (total, w) => [w.key, w.start, w.end, total.value])
  const settings = env
    .fromBatch(
      range(40).map((n) => ({ at: n * 100, room: `room ${n % 9}`, level: n })),
      single,
    )
    .assignTimestamps(({ at }) => at, monotonousTimestamps(), single)
    .keyBy(({ room }) => room)
  const seen: Record<string, Collected<unknown>> = {
    tumbled: tumbled.collect(),
    late: tumbled.sideOutput('late').collect(),
    sliding: rooms
      .window(sliding({ size: 300, every: 100 }))
      .reduce(sum, (total, w) => [w.key, w.start, total.value])
      .collect(),
    sessions: timed
      .filter(({ value }) => value % 20 < 9)
      .keyBy(({ room }) => room)
      .window(session({ gap: 60 }))
      .reduce(sum, (total, w) => [w.key, w.start, w.end, total.value])
      .collect(),
    all: timed
      .window(tumbling({ size: 500 }))
      .reduce(sum, (total, w) => [w.start, total.value])
      .collect(),
    joined: rooms.join(settings, (l, r) => [l?.value ?? null, r?.level ?? null], { type: 'full' }).collect(),
    scanned: rooms.scan((count) => count + 1, 0).collect(),
    counted: rooms.count().collect(),
    times: rooms.map((reading, ctx) => [ctx.key, ctx.timestamp === reading.at]).collect(),
  }
  return { env, seen }
}
