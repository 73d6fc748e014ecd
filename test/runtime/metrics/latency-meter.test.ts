import * as assert from 'uvu/assert'
import { LatencyMeter } from '../../../src/runtime/metrics/latency-meter.ts'
import { suite } from '../../support/suite.ts'
import { HandClock } from '../task/support/hand-clock.ts'

const bench = (
  interval: number | false | undefined,
): { clock: HandClock; meter: LatencyMeter; sent: number[] } => {
  const clock = new HandClock()
  const meter = new LatencyMeter(interval, clock)
  const sent: number[] = []
  meter.from({ mark: (now) => void sent.push(now) })
  return { clock, meter, sent }
}

suite('LatencyMeter', (test) => {
  test('has markers sent from when somebody asks', () => {
    const { clock, meter, sent } = bench(undefined)
    clock.time = 1_000
    assert.is(meter.dueAt, Infinity)
    assert.is(meter.figures(), null)
    assert.ok(meter.dueAt <= 1_000)
    meter.beat(1_000)
    assert.equal([sent, meter.dueAt], [[1_000], 1_100])
    meter.figures()
    assert.is(meter.dueAt, 1_100, 'whoever asks again changes nothing')
  })

  test('has none sent where there are to be none', () => {
    for (const interval of [0, false] as const) {
      const { meter } = bench(interval)
      meter.figures()
      assert.is(meter.dueAt, Infinity)
    }
  })

  test('has them sent at once where it is told how often', () => {
    const { meter, sent } = bench(250)
    assert.is(meter.dueAt, -Infinity)
    meter.beat(40)
    assert.equal([sent.length, meter.dueAt], [1, 290])
  })

  test('tells of each sink, of all together, and of nothing that is long ago', () => {
    const { clock, meter } = bench(undefined)
    const one = meter.to(['n1'])!
    const both = meter.to(['n1', 'n2'])!
    assert.is(meter.to([]), null)
    clock.time = 100
    one.arrived({ kind: 'marker', at: 90 })
    both.arrived({ kind: 'marker', at: 70 })
    const same = (ms: number): object => ({ p50: ms, p95: ms, p99: ms, max: ms })
    assert.equal(meter.figures(), {
      ...same(30),
      sinks: [
        { node: 'n1', p50: 10, p95: 30, p99: 30, max: 30 },
        { node: 'n2', ...same(30) },
      ],
    })
    clock.time = 10_100
    assert.is(meter.figures(), null)
  })
})
