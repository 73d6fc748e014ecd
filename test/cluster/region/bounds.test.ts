import * as assert from 'uvu/assert'
import type { Output, RegionClaim } from '../../../src/cluster/engine/job-log.ts'
import { END } from '../../../src/index.ts'
import { RecordingEnvironment, RegionRunner } from '../../support/cluster/region-runner.ts'
import { suite } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

const small = {
  urgentBytes: 64 << 10,
  stagedBytes: 256 << 10,
  mostBytes: 512 << 10,
  message: 32 << 10,
  stagedMessage: 128 << 10,
}

/** Counts what regions hand to the log. */
function watched(runner: RegionRunner): { staged: number; largestCommit: number; inline: number } {
  const seen = { staged: 0, largestCommit: 0, inline: 0 }
  const { log } = runner
  const claim = log.claim.bind(log)
  log.claim = async (region: string): Promise<RegionClaim> => {
    const own = await claim(region)
    return {
      ...own,
      stage: async (output: Output) => {
        seen.staged += output.bytes.length
        assert.ok(output.bytes.length <= small.stagedMessage + (140 << 10))
        await turn()
        return own.stage(output)
      },
      commit: async (commit) => {
        seen.largestCommit = Math.max(seen.largestCommit, commit.outputs.length)
        let inline = 0
        for (const output of commit.outputs) if ('bytes' in output) inline += output.bytes.length
        seen.inline = Math.max(seen.inline, inline)
        await own.commit(commit)
      },
    }
  }
  return seen
}

suite(
  'regions: bounds',
  (test) => {
    for (const killed of [false, true]) {
      const what = killed ? ', also when it is killed in the middle' : ''
      test(`one record may come to many more than fit in memory${what}`, async () => {
        const COUNT = 2_000_000
        const env = new RecordingEnvironment('bounds', { parallelism: 2 })
        const many = env.fromBatch([COUNT]).flatMap(function* (count) {
          for (let i = 0; i < count; i++) yield i
        })
        many
          .keyBy((n) => n % 10)
          .count()
          .collect()
        many.collect()
        const runner = await RegionRunner.of(env, small)
        const seen = watched(runner)
        try {
          runner.start('a', runner.regions)
          if (killed) {
            while (seen.staged < 1 << 20) await turn()
            await runner.kill('a')
            runner.start('b', runner.regions)
          }
          await runner.end()
        } finally {
          await runner.close()
        }
        const [counts, all] = runner.received as [[number, number][], number[]]
        assert.equal(
          counts.sort(([a], [b]) => a - b),
          numbers(10).map((n) => [n, COUNT / 10]),
        )
        assert.is(all.length, COUNT)
        assert.is(new Set(all).size, COUNT)
        // Nothing was committed before all of it was there, and little of it was in memory then.
        assert.ok(seen.staged > 3 << 20, `${seen.staged} bytes beside the log`)
        assert.ok(seen.inline <= 2 * small.mostBytes, `${seen.inline} bytes at once`)
        assert.ok(seen.largestCommit <= 900)
      })
    }

    test('a slow reader holds its producers back, and one that is not read is not waited for', async () => {
      const env = new RecordingEnvironment('backlog', { parallelism: 1, chunkSize: 4, edgeCapacity: 1 })
      let given = 0
      let taken = 0
      env
        .fromSource(
          async () => {
            if (given % 16 === 0) await turn()
            return given === 3000 ? END : given++
          },
          { name: 'numbers' },
        )
        .rebalance()
        .map(
          async (n) => {
            if (n % 4 === 0) await turn()
            taken++
            return n
          },
          { parallelism: 2 },
        )
        .collect()
      const runner = await RegionRunner.of(env, { mostBacklog: 2, mostCommitInterval: 50 })
      let most = 0
      try {
        runner.start('a', runner.regions)
        const end = runner.end()
        let over = false
        void end.finally(() => (over = true))
        while (!over) {
          most = Math.max(most, given - taken)
          await turn()
        }
        await end
      } finally {
        await runner.close()
      }
      assert.equal(
        (runner.received[0] as number[]).sort((a, b) => a - b),
        numbers(3000),
      )
      assert.ok(most < 1500, `${most} on their way`)
    })

    test('an endless source ends when nobody wants more of it, in however many parts', async () => {
      const env = new RecordingEnvironment('endless', { parallelism: 2, chunkSize: 4 })
      const ticks = env.fromSource(
        class {
          #next = 0
          async next(): Promise<number> {
            if (this.#next % 8 === 0) await turn()
            return this.#next++
          }
          snapshot(): number {
            return this.#next
          }
          restore(next: unknown): void {
            this.#next = next as number
          }
        },
        { parallelism: 2 },
      )
      ticks
        .rebalance()
        .map((n) => n, { parallelism: 3 })
        .keyBy((n) => n % 5)
        .map((n) => n)
        .take(20)
        .collect()
      // A strand of a region that goes on: what it reads ends all the same.
      const other = env.fromInterval(1, { count: 300 })
      other
        .union(
          ticks
            .rebalance()
            .map((n) => n, { parallelism: 1 })
            .take(7),
          { parallelism: 1 },
        )
        .count()
        .collect()
      const runner = await RegionRunner.of(env)
      try {
        runner.start('a', runner.regions.slice(0, 3))
        runner.start('b', runner.regions.slice(3))
        for (let i = 0; i < 40; i++) await turn()
        await runner.kill('a')
        runner.start('c', runner.regions.slice(0, 3))
        await runner.end()
      } finally {
        await runner.close()
      }
      assert.is(runner.received[0]!.length, 20)
      assert.equal(runner.received[1], [307])
    })
  },
  { timeout: 60_000 },
)
