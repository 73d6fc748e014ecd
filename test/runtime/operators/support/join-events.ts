import fc from 'fast-check'
import type { Transformation } from '../../../../src/graph/transformation.ts'
import type { Emitted, StageBench } from './stage-bench.ts'
import type { Snapshot } from './test-state.ts'

/** A record of one of two inputs. Its id is its value. */
export interface JoinEvent {
  readonly id: number
  readonly input: 0 | 1
  readonly key: number
  readonly time: number
}

/** Records in the order in which they come, and what happens behind each. */
export interface JoinRun {
  readonly events: readonly JoinEvent[]
  /** How far behind the latest record others may come. */
  readonly behind: number
  /** Whether the watermark is told behind a record, and whether the state is captured. */
  readonly steps: readonly ('watermark' | 'capture' | 'restart' | 'nothing')[]
}

/** Records at most `behind` out of order, with watermarks and restarts from captured state anywhere. */
export const joinRuns: fc.Arbitrary<JoinRun> = fc
  .record({
    behind: fc.integer({ min: 0, max: 8 }),
    drafts: fc.array(
      fc.record({
        input: fc.constantFrom(0 as const, 1 as const),
        key: fc.integer({ min: 0, max: 2 }),
        time: fc.integer({ min: 0, max: 40 }),
        delay: fc.double({ min: 0, max: 1, noNaN: true }),
        step: fc.constantFrom('watermark', 'watermark', 'capture', 'restart', 'nothing'),
      }),
      { maxLength: 40 },
    ),
  })
  .map(({ behind, drafts }) => {
    const events = drafts
      .map(({ input, key, time, delay }, id) => ({ id, input, key, time, comes: time + delay * behind }))
      .sort((a, b) => a.comes - b.comes)
      .map(({ id, input, key, time }) => ({ id, input, key, time }))
    return { behind, events, steps: drafts.map(({ step }) => step) }
  })

/** Plays a run; `create` makes a bench that goes on from what was captured. All that was emitted, by all of them. */
export async function play<N extends Transformation>(
  { events, behind, steps }: JoinRun,
  create: (state?: Snapshot) => Promise<StageBench<N>>,
): Promise<{ readonly emitted: readonly Emitted[]; readonly last: StageBench<N> }> {
  let bench = await create()
  const emitted: Emitted[] = []
  let latest = -Infinity
  for (const [at, { id, input, key, time }] of events.entries()) {
    await bench.record(id, key, input, time)
    latest = Math.max(latest, time)
    const step = steps[at]
    if (step === 'watermark') await bench.watermark(latest - behind - 1)
    if (step === 'capture') bench.state.capture()
    if (step === 'restart') {
      emitted.push(...bench.emitted)
      bench = await create(bench.state.capture())
    }
  }
  await bench.end()
  emitted.push(...bench.emitted)
  return { emitted, last: bench }
}

/** In any order, as text that can be compared. */
export const sorted = (values: readonly unknown[]): string[] =>
  values.map((value) => JSON.stringify(value)).sort()
