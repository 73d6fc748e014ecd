import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  FIRST_INTERVAL,
  type FigurePoint,
  type FigureSeries,
  noFigures,
  withSample,
} from '../../../src/jobs/figures/figure-series.ts'
import { suite } from '../../support/suite.ts'

const T = 1_700_000_000_000

const point = (at: number, parts: Partial<FigurePoint> = {}): FigurePoint => ({
  at,
  ms: 1000,
  read: 10,
  written: 5,
  rssBytes: 100,
  heapBytes: 50,
  cpuMs: 500,
  fill: 0.5,
  restarts: 0,
  checkpoints: 0,
  checkpointBytes: 0,
  ...{ checkpointMs: null, p50: null, p95: null, p99: null },
  ...parts,
})

const count = fc.nat({ max: 1_000_000 })

const samples = fc.array(
  fc.record({
    // Mostly forward, by heartbeats and by days; now and then a clock is set back.
    step: fc.oneof(fc.integer({ min: 200, max: 2500 }), fc.integer({ min: -5000, max: 100_000_000 })),
    ms: count,
    read: count,
    written: count,
    rssBytes: count,
    heapBytes: count,
    cpuMs: fc.option(count),
    fill: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    restarts: fc.nat({ max: 3 }),
    checkpoints: fc.nat({ max: 3 }),
    checkpointBytes: count,
    checkpointMs: fc.option(count),
    p50: fc.option(count),
    p95: fc.option(count),
    p99: fc.option(count),
  }),
  { minLength: 1, maxLength: 200 },
)

/** The points of what was taken, one after the other, and these as they were taken. */
function taken(steps: readonly (Omit<FigurePoint, 'at'> & { readonly step: number })[], most: number) {
  let at = T
  const given = steps.map(({ step, ...figures }) => ({ ...figures, at: (at += step) }))
  const series = given.reduce<FigureSeries>((so, sample) => withSample(so, sample, most), noFigures)
  return { given, series }
}

const total = (points: readonly FigurePoint[], of: (point: FigurePoint) => number): number =>
  points.reduce((sum, one) => sum + of(one), 0)
const highest = (points: readonly FigurePoint[], of: (point: FigurePoint) => number): number =>
  Math.max(...points.map(of))

suite('withSample', (test) => {
  test('makes one point of each interval', () => {
    let series = withSample(noFigures, point(T))
    series = withSample(series, point(T + 600, { read: 7, rssBytes: 300, cpuMs: null, fill: null }))
    series = withSample(series, point(T + 1000))
    assert.equal(series.interval, FIRST_INTERVAL)
    assert.equal(series.points, [
      point(T + 600, { ms: 2000, read: 17, written: 10, rssBytes: 300 }),
      point(T + 1000),
    ])
  })

  test('makes one of two neighbours when there are too many, and leaves gaps alone', () => {
    let series = noFigures
    for (let n = 0; n < 5; n++) series = withSample(series, point(T + n * 1000), 4)
    assert.is(series.interval, 2000)
    assert.equal(
      series.points.map(({ at, ms }) => [at - T, ms]),
      [
        [1000, 2000],
        [3000, 2000],
        [4000, 1000],
      ],
    )
    series = withSample(series, point(T + 90_000), 4)
    assert.equal(
      series.points.map(({ at }) => at - T),
      [1000, 3000, 4000, 90_000],
    )
  })

  test('keeps the whole life in few points, with its sums and its peaks', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 40 }), (steps, most) => {
        const { given, series } = taken(steps, most)
        const { points } = series
        assert.ok(points.length >= 1 && points.length <= most, `${points.length} of ${most}`)
        for (const of of ['ms', 'read', 'written', 'restarts', 'checkpoints'] as const) {
          assert.is(
            total(points, (one) => one[of]),
            total(given, (one) => one[of]),
            of,
          )
        }
        assert.is(
          total(points, (one) => one.cpuMs ?? 0),
          total(given, (one) => one.cpuMs ?? 0),
        )
        for (const of of ['at', 'rssBytes', 'heapBytes', 'checkpointBytes'] as const) {
          assert.is(
            highest(points, (one) => one[of]),
            highest(given, (one) => one[of]),
            of,
          )
        }
        for (const of of ['fill', 'checkpointMs', 'p50', 'p95', 'p99'] as const) {
          assert.is(
            highest(points, (one) => one[of] ?? -1),
            highest(given, (one) => one[of] ?? -1),
            of,
          )
        }
        const cells = points.map(({ at }) => Math.floor(at / series.interval))
        assert.ok(cells.every((cell, i) => i === 0 || cell > cells[i - 1]!))
      }),
    )
  })

  test('comes to the same as if the interval had been that long from the beginning', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 40 }), (steps, most) => {
        const { given, series } = taken(steps, most)
        const atOnce = given.reduce<FigureSeries>((so, sample) => withSample(so, sample, Infinity), {
          interval: series.interval,
          points: [],
        })
        assert.equal(series, atOnce)
      }),
    )
  })

  test('doubles the interval no more often than it has to', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 40 }), (steps, most) => {
        const { given, series } = taken(steps, most)
        if (series.interval === FIRST_INTERVAL) return
        const finer = given.reduce<FigureSeries>((so, sample) => withSample(so, sample, Infinity), {
          interval: series.interval / 2,
          points: [],
        })
        assert.ok(finer.points.length > most)
      }),
    )
  })
})
