import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { countWindow, session, sliding, tumbling } from '../../../src/functions/window-assigner.ts'
import { onWatermark, purging } from '../../../src/functions/window-trigger.ts'
import { suite } from '../../support/suite.ts'
import { type Shown, sortedShown, type TimedRecord, WindowOracle } from './support/window-oracle.ts'
import { windowBench } from './support/window-bench.ts'

const assigners = fc.oneof(
  fc
    .record({ size: fc.integer({ min: 1, max: 12 }), offset: fc.integer({ min: -20, max: 20 }) })
    .map(tumbling),
  fc
    .record({
      size: fc.integer({ min: 1, max: 12 }),
      every: fc.integer({ min: 1, max: 12 }),
      offset: fc.integer({ min: -20, max: 20 }),
    })
    .map(({ size, every, offset }) => sliding({ size, every: Math.min(size, every), offset })),
  fc.record({ gap: fc.integer({ min: 1, max: 8 }) }).map(session),
)

/** Records wherever in time, and how far the watermark comes behind each: some come late. */
const streams = fc.array(
  fc.record({
    key: fc.constantFrom<unknown>('a', 'b', 0, null),
    time: fc.integer({ min: -30, max: 30 }),
    watermark: fc.option(fc.integer({ min: -30, max: 30 }), { nil: null }),
    step: fc.constantFrom('go on', 'go on', 'capture', 'restart'),
  }),
  { maxLength: 40 },
)

suite('windows by event time', (test) => {
  test('show what windows are defined to show, with late records, out of order and after restarts', async () => {
    const lateness = fc.constantFrom(0, 0, 3, 20)
    await fc.assert(
      fc.asyncProperty(
        assigners,
        lateness,
        fc.boolean(),
        streams,
        async (assigner, allowedLateness, purges, stream) => {
          const oracle = new WindowOracle(assigner, allowedLateness, purges)
          const told = { assigner, allowedLateness, trigger: purges ? purging(onWatermark()) : onWatermark() }
          let bench = await windowBench(told, undefined, { sides: true })
          const shown: Shown[] = []
          const late: unknown[] = []
          const leave = (): void => {
            shown.push(...(bench.values as Shown[]))
            late.push(...bench.sides.map(({ value }) => value))
          }
          let watermark = -Infinity
          for (const [id, { key, time, watermark: next, step }] of stream.entries()) {
            oracle.record({ id, key, time })
            await bench.record(id, key, 0, time)
            if (next !== null && next > watermark) {
              watermark = next
              oracle.watermark(next)
              await bench.watermark(next)
            }
            if (step === 'capture') bench.state.capture()
            if (step === 'restart') {
              leave()
              bench = await windowBench(told, undefined, { sides: true, state: bench.state.capture() })
              await bench.watermark(watermark)
            }
          }
          oracle.watermark(Infinity)
          await bench.end()
          leave()
          assert.equal(sortedShown(shown), sortedShown(oracle.shown))
          assert.equal(late, oracle.late)
          assert.is(bench.state.size, 0, 'nothing is left')
        },
      ),
      { numRuns: 500 },
    )
  })

  test('what a window holds is what its records in it are, whatever they came between', async () => {
    const ordered = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b'), time: fc.integer({ min: -50, max: 50 }) }),
      { maxLength: 60 },
    )
    await fc.assert(
      fc.asyncProperty(
        assigners,
        ordered,
        fc.integer({ min: 0, max: 10 }),
        async (assigner, drafts, behind) => {
          // A record comes at most `behind` later than its time says.
          const records: TimedRecord[] = drafts
            .map(({ key, time }, id) => ({ id, key, time, comes: time + ((id * 7) % (behind + 1)) }))
            .sort((a, b) => a.comes - b.comes)
          const inTime = await windowBench({ assigner }, undefined, { sides: true })
          const atOnce = await windowBench({ assigner }, undefined, { sides: true })
          let latest = -Infinity
          for (const { id, key, time } of records) {
            await inTime.record(id, key, 0, time)
            await atOnce.record(id, key, 0, time)
            latest = Math.max(latest, time)
            await inTime.watermark(latest - behind - 1)
          }
          await inTime.end()
          await atOnce.end()
          assert.equal(inTime.sides, [])
          assert.equal(sortedShown(inTime.values as Shown[]), sortedShown(atOnce.values as Shown[]))
        },
      ),
    )
  })
})

suite('count windows', (test) => {
  test('hold so many records each, and at the end what is left', async () => {
    const sizes = fc.record({ size: fc.integer({ min: 1, max: 6 }), every: fc.integer({ min: 1, max: 6 }) })
    const keys = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b'), step: fc.constantFrom('go on', 'capture', 'restart') }),
      { maxLength: 30 },
    )
    await fc.assert(
      fc.asyncProperty(sizes, keys, async (given, stream) => {
        const { size } = given
        const every = Math.min(size, given.every)
        const told = { assigner: countWindow(size, every) }
        let bench = await windowBench(told)
        const shown: Shown[] = []
        const ids = new Map<string, number[]>()
        for (const [id, { key, step }] of stream.entries()) {
          ids.set(key, [...(ids.get(key) ?? []), id])
          await bench.record(id, key, 0, id)
          if (step === 'capture') bench.state.capture()
          if (step === 'restart') {
            shown.push(...(bench.values as Shown[]))
            bench = await windowBench(told, undefined, { state: bench.state.capture() })
          }
        }
        await bench.end()
        shown.push(...(bench.values as Shown[]))
        const expected = [...ids].flatMap(([key, all]) =>
          all
            .flatMap((_, at) => (at % every === 0 ? [all.slice(at, at + size)] : []))
            .map((part) => `${key}: ${part.join(' ')}`),
        )
        assert.equal(
          shown.map(({ window, ids }) => `${String(window.key)}: ${ids.join(' ')}`).sort(),
          expected.sort(),
        )
        assert.is(bench.state.size, 0, 'nothing is left')
      }),
    )
  })
})
