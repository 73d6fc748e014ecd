import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { END, type SourceProgress } from '../../src/functions/user-functions.ts'
import { isThenable } from '../../src/util/is-thenable.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { type AnySource, openSource } from './source-contract.ts'

/** One source in a world of its own, and all it gives. */
export interface Replayable<T> {
  readonly source: AnySource<T>
  readonly expected: readonly T[]
  readonly parallelism?: number
}

export interface ReplayContract<W, T> {
  /** Random worlds. */
  readonly worlds: fc.Arbitrary<W>
  /** Called for each; what it makes is gone with the test. */
  readonly make: (world: W, test: TestContext, run: number) => Replayable<T>
  readonly numRuns?: number
}

/** What makes a source replayable: it can be left anywhere, and another instance gives exactly the rest. */
export function replayContract<W, T>(name: string, contract: ReplayContract<W, T>): void {
  const { worlds, make, numRuns = 150 } = contract

  suite(
    `${name}, replayed`,
    (test) => {
      test('gives exactly the rest from wherever it was left, any number of times', async (context) => {
        let run = 0
        await fc.assert(
          fc.asyncProperty(worlds, fc.array(fc.nat({ max: 12 }), { maxLength: 4 }), async (world, cuts) => {
            const { source, expected, parallelism = 1 } = make(world, context, run++)
            const given: T[] = []
            const shares: T[][] = []
            for (let subtaskIndex = 0; subtaskIndex < parallelism; subtaskIndex++) {
              const share: T[] = []
              let position: unknown
              for (const cut of [...cuts, Infinity]) {
                const opened = await openSource(source, { subtaskIndex, parallelism, position })
                for (let count = 0; count < cut; count++) {
                  assertProgress(opened.source.progress!())
                  const record = await opened.next()
                  if (record === END) break
                  share.push(record)
                }
                position = opened.source.snapshot!()
                await opened.close()
              }
              shares.push(share)
              given.push(...share)
            }
            if (parallelism === 1) assert.equal(given, expected)
            else assert.equal(textsOf(given), textsOf(expected))
          }),
          { numRuns },
        )
      })

      test('stands where it stood while a call is pending', async (context) => {
        let run = 0
        let pending = 0
        await fc.assert(
          fc.asyncProperty(worlds, fc.nat({ max: 5 }), fc.nat({ max: 5 }), async (world, cut, subtask) => {
            const { source, parallelism = 1 } = make(world, context, run++)
            const share = { parallelism, subtaskIndex: subtask % parallelism }
            const opened = await openSource(source, share)
            await opened.take(cut)
            const given = opened.source.next(opened.ctx)
            const positions = [opened.source.snapshot!()]
            let settled = !isThenable(given)
            const settle = (): void => void (settled = true)
            Promise.resolve(given).then(settle, settle)
            // While it looks for the record it may be anywhere; where it stands does not change.
            while (!settled) {
              positions.push(opened.source.snapshot!())
              await new Promise((resolve) => setImmediate(resolve))
            }
            const record = await given
            await opened.close()
            if (!isThenable(given)) return
            pending++
            for (const position of positions.slice(0, 12)) {
              const next = await openSource(source, { ...share, position })
              assert.equal(await next.next(), record)
              await next.close()
            }
          }),
          { numRuns: 2 * numRuns },
        )
        assert.ok(pending > 0)
      })
    },
    { timeout: 120_000 },
  )
}

/** In an order of their own: parallel shares have none. */
const textsOf = (records: readonly unknown[]): string[] =>
  records.map((record) => JSON.stringify(record)).toSorted()

function assertProgress({ done, total }: SourceProgress): void {
  assert.ok(done >= 0 && (total === undefined || done <= total), `${done} of ${total}`)
}
