import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { END } from '../../../src/functions/user-functions.ts'
import { generateLoop } from '../../../src/runtime/task/generated-loop.ts'
import { interpretLoop } from '../../../src/runtime/task/interpreted-loop.ts'
import { buildSteps } from '../../../src/runtime/task/steps.ts'
import { Exit, LoopState } from '../../../src/runtime/task/loop-state.ts'
import type { HeadKind } from '../../../src/runtime/task/loop.ts'
import { suite } from '../../support/suite.ts'
import { type LoopKind, runChain, type Setting } from './support/loop-bench.ts'
import { countsOf, createStage } from './support/parts.ts'
import { anySpec, oracle, stageOf } from './support/random-chain.ts'

const kinds: readonly LoopKind[] = ['generated', 'interpreted']

/** The input as the head gives it: every so often as a promise, every so often with an error before it. */
const given = (head: HeadKind, input: readonly unknown[], late: number): Partial<Setting> => {
  let index = 0
  let broke = false
  const step = (wrap: (value: unknown) => unknown, end: unknown): unknown => {
    const at = index
    if (late > 1 && at % 5 === 3 && !broke) {
      broke = true
      throw new Error('the source broke, once')
    }
    broke = false
    index++
    const result = at >= input.length ? end : wrap(input[at])
    return late > 0 && at % late === 0 ? Promise.resolve(result) : result
  }
  if (head === 'pull') return { pull: () => step((value) => value, END) }
  const end = { done: true, value: undefined }
  return {
    iterator: { next: () => step((value) => ({ done: false, value }), end) as IteratorResult<unknown> },
  }
}

suite('loops', (test) => {
  test(
    'generated and interpreted ones do what a plain one does, and can be entered again at every exit',
    { timeout: 60_000 },
    async () => {
      const setting = fc.record({
        head: fc.constantFrom<HeadKind[]>('chunk', 'chunk', 'iterator', 'pull'),
        late: fc.nat(3),
        budget: fc.integer({ min: 1, max: 9 }),
        chunkSize: fc.nat(3),
        edges: fc.integer({ min: 1, max: 2 }),
        keyed: fc.boolean(),
      })
      const input = fc.array(fc.nat(500), { maxLength: 20 })
      await fc.assert(
        fc.asyncProperty(
          fc.array(anySpec, { maxLength: 5 }),
          input,
          setting,
          async (specs, records, { late, ...told }) => {
            // prettier-ignore
            // Keys travel in chunks; what other heads give has none.
            const keyed = told.keyed && told.head === 'chunk'
            const expected = oracle(specs, records, keyed)
            for (const loop of kinds) {
              const stages = specs.map((spec, op) => stageOf(spec, op, keyed))
              const run = await runChain(stages, { ...told, ...given(told.head, records, late), keyed, input: records, loop }) // prettier-ignore
              const received =
                told.chunkSize === 0 ? [] : Array<unknown[]>(told.edges).fill(expected.received)
              assert.equal(run.received, received, loop)
              assert.equal(
                stages.map(({ book }) => countsOf(book)),
                expected.counts,
                loop,
              )
              assert.is(run.source, records.length, loop)
              assert.is(run.state.activeCursor, null)
            }
          },
        ),
        { numRuns: 400 },
      )
    },
  )

  test('leave at the same records, with the same exits', async () => {
    const settings = fc.record({
      budget: fc.integer({ min: 1, max: 9 }),
      chunkSize: fc.integer({ min: 1, max: 3 }),
    })
    const flat = anySpec.map((spec) => ({
      ...spec,
      mode: spec.mode === 'many' ? ('value' as const) : spec.mode,
    }))
    await fc.assert(
      fc.asyncProperty(
        fc.array(flat, { maxLength: 4 }),
        fc.array(fc.nat(99), { maxLength: 20 }),
        settings,
        async (specs, input, told) => {
          // prettier-ignore
          const runs = await Promise.all(
          kinds.map((loop) => runChain(specs.map((spec, op) => stageOf(spec, op, false)), { ...told, head: 'chunk', edges: 1, keyed: false, input, loop })), // prettier-ignore
        )
          assert.equal(runs[0]!.exits, runs[1]!.exits)
        },
      ),
    )
  })

  test('leave when a stage is not ready, or wants no more, before they take a record', () => {
    for (const [flag, exit] of [
      ['ready', Exit.held],
      ['finished', Exit.finished],
    ] as const) {
      // prettier-ignore
      for (const kind of kinds) {
        const seen: unknown[] = []
        const sink = createStage('end', (value) => {
          seen.push(value)
          if (value === 2) Object.assign(stage, { [flag]: flag === 'finished' })
        })
        const stage = createStage('pass', () => {}, { [flag]: flag === 'ready' })
        const stages = [stage, sink]
        const loop =
          kind === 'generated'
            ? generateLoop(stages, 'chunk', null)
            : interpretLoop(stages, 'chunk', buildSteps(stages, null, 'loop'))
        const state = new LoopState(2, [])
        Object.assign(state, { records: [1, 2, 3, 4], limit: 4, budget: 100 })
        assert.is(loop(state), exit, kind)
        assert.equal([seen, state.index, [...state.entered]], [[1, 2], 2, [2]])
        Object.assign(stage, { [flag]: flag === 'ready' })
        state.budget = 100
        assert.is(loop(state), Exit.pause)
        assert.equal(seen, [1, 2, 3, 4])
      }
    }
  })
})
