import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { END, type PullSource } from '../../../src/index.ts'
import { RecordingEnvironment, RegionRunner } from '../../support/cluster/region-runner.ts'
import { suite } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** From 0 on, with a turn of the event loop now and then. */
const source = (count: number, rest: number) =>
  class implements PullSource<number> {
    #next = 0

    async next(): Promise<number | typeof END> {
      if (this.#next % rest === 0) await turn()
      return this.#next === count ? END : this.#next++
    }

    snapshot(): number {
      return this.#next
    }

    restore(next: unknown): void {
      this.#next = next as number
    }
  }

/** Two stages of keyed state behind each other, of two sources in three subtasks. */
function twoStages(count: number): { env: RecordingEnvironment; sink: string } {
  const env = new RecordingEnvironment('two stages', { parallelism: 3, chunkSize: 16 })
  env
    .fromSource(source(count, 40), { parallelism: 2, name: 'numbers' })
    .flatMap((n) => (n % 3 === 0 ? [n, -n] : [n]))
    .keyBy((n) => Math.abs(n) % 17)
    .scan(({ sum }, n) => ({ key: Math.abs(n) % 17, sum: sum + n }), { key: 0, sum: 0 }, { name: 'sums' })
    .keyBy(({ key }) => key % 5)
    .count({ name: 'counts' })
    .collect()
  return { env, sink: env.graph.nodes.find(({ kind }) => kind === 'sink')!.id }
}

/** The same by hand. */
function expected(count: number): readonly (readonly [number, number])[] {
  const counts = new Map<number, number>()
  for (const n of [...numbers(count), ...numbers(count)]) {
    const key = (n % 17) % 5
    counts.set(key, (counts.get(key) ?? 0) + (n % 3 === 0 ? 2 : 1))
  }
  return [...counts].sort(([a], [b]) => a - b)
}

suite(
  'regions',
  (test) => {
    test('count by key in several places, each record once', async () => {
      const env = new RecordingEnvironment('counts', { parallelism: 3 })
      env
        .fromBatch(numbers(10_000))
        .keyBy((n) => n % 10)
        .count()
        .collect()
      const runner = await RegionRunner.of(env)
      assert.is(runner.regions.length, 4)
      runner.start('a', runner.regions.slice(0, 2))
      runner.start('b', runner.regions.slice(2))
      await runner.end()
      const node = env.graph.nodes.find(({ kind }) => kind === 'sink')!
      const counts = (runner.collected(node.id) as [number, number][]).sort(([a], [b]) => a - b)
      assert.equal(
        counts,
        numbers(10).map((n) => [n, 1000]),
      )
      await runner.close()
    })

    test('count every record once, wherever they are taken over', async () => {
      const step = fc.record({
        turns: fc.integer({ min: 1, max: 60 }),
        region: fc.nat(7),
        kind: fc.constantFrom('kill', 'zombie', 'release' as const),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const { env, sink } = twoStages(1500)
          const runner = await RegionRunner.of(env)
          const slots = new Map<string, { slot: string; regions: string[] }>()
          let named = 0
          const begin = (regions: string[]): void => {
            const slot = `s${named++}`
            for (const region of regions) slots.set(region, { slot, regions })
            runner.start(slot, regions)
          }
          try {
            for (const region of runner.regions) begin([region])
            for (const { turns, region, kind } of steps) {
              for (let i = 0; i < turns; i++) await turn()
              const id = runner.regions[region % runner.regions.length]!
              const { slot } = slots.get(id)!
              if (kind === 'kill') await runner.kill(slot)
              if (kind === 'release') runner.start(slot, [])
              begin([id])
            }
            await runner.end()
            const counts = (runner.collected(sink) as [number, number][]).sort(([a], [b]) => a - b)
            assert.equal(counts, expected(1500))
            assert.is(await runner.book('sums', 'in'), 4000)
          } finally {
            await runner.close()
          }
        }),
        { numRuns: 25 },
      )
    })
  },
  { timeout: 120_000 },
)
