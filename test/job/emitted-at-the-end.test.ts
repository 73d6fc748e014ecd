import * as assert from 'uvu/assert'
import type { Collector } from '../../src/functions/context.ts'
import { monotonousTimestamps } from '../../src/functions/watermark-strategy.ts'
import { countWindow, tumbling } from '../../src/functions/window-assigner.ts'
import type { WindowCount } from '../../src/functions/window.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import { suite } from '../support/suite.ts'
import { createEnvironment } from './jobs.ts'

/** How many records each window of ten has, and the late ones. */
const counted = <T>(
  stream: Pick<DataStream<T>, 'window'>,
): { seen: () => [number, number][]; late: { values: readonly unknown[] } } => {
  const counts = stream.window(tumbling({ size: 10 })).count()
  const seen = counts.collect()
  const late = counts.sideOutput('late').collect()
  return { seen: () => seen.values.map(({ start, count }: WindowCount<unknown>) => [start, count]), late }
}

class AddsOne {
  map(n: number): number {
    return n
  }
  end(out: Collector<number>): void {
    void out.emit(15)
  }
}

suite('what operators emit at the end of the input', (test) => {
  test('is not late in a window behind them that is still open: of a function', async () => {
    const env = createEnvironment({ parallelism: 1 })
    const { seen, late } = counted(
      env
        .fromBatch([1, 12])
        .map(AddsOne)
        .assignTimestamps((n) => n, monotonousTimestamps()),
    )
    await env.submit({ autostop: true })
    assert.equal(seen(), [
      [0, 1],
      [10, 2],
    ])
    assert.equal(late.values, [])
  })

  test('of windows that are not full', async () => {
    const env = createEnvironment({ parallelism: 1 })
    const { seen, late } = counted(
      env
        .fromBatch([1, 10])
        .assignTimestamps((n) => n, monotonousTimestamps())
        .keyBy((n) => n)
        .window(countWindow(5))
        .count(),
    )
    await env.submit({ autostop: true })
    // The window of 1 ended at 10, the one of ten's own is the first that is open.
    assert.equal(seen(), [[10, 2]])
    assert.equal(late.values, [])
  })

  test('of a join that waits by the clock', async () => {
    const env = createEnvironment({ parallelism: 1 })
    const timed = (times: number[]) =>
      env
        .fromBatch(times)
        .assignTimestamps((n) => n, monotonousTimestamps())
        .keyBy((n) => n)
    const { seen, late } = counted(
      timed([11, 12]).join(timed([13]), (left) => left, {
        type: 'left',
        ttl: { ms: 1000, time: 'processing' },
      }),
    )
    await env.submit({ autostop: true })
    assert.equal(seen(), [[10, 2]])
    assert.equal(late.values, [])
  })
})
