import * as assert from 'uvu/assert'
import { type MillraceError, OperatorError } from '../../../src/index.ts'
import type { MemoryLog } from '../../support/cluster/memory-engine.ts'
import { activeResources } from '../../support/active-resources.ts'
import { RecordingEnvironment, RegionRunner } from '../../support/cluster/region-runner.ts'
import { suite } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await turn()
}

/** From 0 on, until it is told to end. */
class Endless {
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
}

interface Endings {
  readonly opening?: Promise<void>
  readonly failAt?: number
}

/** Two sources that never end, counted by key. */
function endless({ opening, failAt }: Endings = {}): RecordingEnvironment {
  const env = new RecordingEnvironment('endless', { parallelism: 2, chunkSize: 4 })
  const all = env
    .fromSource(Endless, { parallelism: 2, name: 'numbers' })
    .rebalance()
    .map(
      {
        open: () => opening,
        map: (n: number) => {
          if (n === failAt) throw new TypeError(`no price for ${n}`)
          return n
        },
      },
      { parallelism: 3, name: 'work' },
    )
  all
    .keyBy((n) => n % 5)
    .count({ name: 'counts' })
    .collect()
  all.collect()
  return env
}

/** Claims wait for a promise. */
function slowly(log: MemoryLog, what: 'claim' | 'commit', until: Promise<void>): void {
  const claim = log.claim.bind(log)
  log.claim = async (region) => {
    if (what === 'claim') await until
    const own = await claim(region)
    if (what === 'claim') return own
    return { ...own, commit: (commit) => until.then(() => own.commit(commit)) }
  }
}

/** Whatever it is doing, nothing is left of it. */
async function nothingLeft(runner: RegionRunner): Promise<void> {
  await runner.close()
  await turns(3)
  assert.is(runner.log.waiting, 0, 'nobody reads the log')
  // The test's own timer.
  assert.equal(activeResources(), ['Timeout x1'])
}

suite(
  'regions: endings',
  (test) => {
    test('sources that are stopped end, and all they gave is counted, also in what was moved meanwhile', async () => {
      const runner = await RegionRunner.of(endless())
      runner.start('a', runner.regions)
      await turns(60)
      runner.start('a', runner.regions.slice(2), 'stop')
      runner.start('b', runner.regions.slice(0, 2), 'stop')
      await turns(2)
      await runner.kill('a')
      runner.start('c', runner.regions.slice(2), 'stop')
      await runner.end()
      const [counts, all] = runner.received as [readonly (readonly [number, number])[], readonly number[]]
      assert.is(all.length, await runner.book('numbers', 'out'))
      assert.is(
        counts.reduce((sum, [, count]) => sum + count, 0),
        all.length,
      )
      assert.ok(all.length > 0)
      await nothingLeft(runner)
    })

    test('nothing is left of what is aborted', async () => {
      const runner = await RegionRunner.of(endless())
      runner.start('a', runner.regions)
      await turns(40)
      runner.start('a', runner.regions, 'abort')
      while (runner.regions.some((region) => runner.stateOf(region) === 'running')) await turn()
      await nothingLeft(runner)
    })

    test('what an operator fails with is told, and nothing is left', async () => {
      const runner = await RegionRunner.of(endless({ failAt: 70 }))
      runner.start('a', runner.regions)
      const error = await runner.end().catch((reason: unknown) => reason as MillraceError)
      assert.instance(error, OperatorError)
      assert.is((error as OperatorError).operator, 'work')
      assert.match((error as OperatorError).site!.file, /endings\.test\.ts$/)
      assert.match((error as OperatorError).message, 'no price for 70')
      await nothingLeft(runner)
    })

    for (const what of ['claim', 'commit'] as const) {
      test(`nothing is left of what is closed in a ${what}`, async () => {
        let go = (): void => {}
        const until = new Promise<void>((resolve) => (go = resolve))
        const runner = await RegionRunner.of(endless())
        slowly(runner.log, what, until)
        runner.start('a', runner.regions)
        await turns(20)
        const closed = nothingLeft(runner)
        await turns(2)
        go()
        await closed
      })
    }

    test('nothing is left of what is closed while operators open', async () => {
      let go = (): void => {}
      const opening = new Promise<void>((resolve) => (go = resolve))
      const runner = await RegionRunner.of(endless({ opening }))
      runner.start('a', runner.regions)
      await turns(20)
      const closed = nothingLeft(runner)
      await turns(2)
      go()
      await closed
    })
  },
  { timeout: 30_000 },
)
