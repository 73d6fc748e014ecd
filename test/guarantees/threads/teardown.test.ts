import { execFile } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { typescript } from '../../support/node-arguments.ts'
import { suite } from '../../support/suite.ts'
import { range } from '../support/run.ts'
import { built, outcomeOf } from './support/built.ts'

/** What is held of the process, and who listens to it. */
const held = (): readonly unknown[] => [
  process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length,
  ...[process, process.stdout, process.stderr].map((emitter) =>
    emitter.eventNames().map((name) => [name, emitter.listenerCount(name)]),
  ),
]

suite(
  'guarantees in threads: nothing is left',
  (test) => {
    test('of a dozen jobs, some at once, some of which fail or are cancelled', async () => {
      const warned: string[] = []
      const warn = (warning: Error): void => void warned.push(warning.message)
      process.on('warning', warn)
      const before = held()
      for (let round = 0; round < 3; round++) {
        await Promise.all(
          range(4).map(async (n) => {
            const settings = {
              count: 30,
              ...(n === 2 && { fails: 'map', at: 7 }),
              ...(n === 3 && { count: null }),
            }
            const { env } = built('endless', { startTimeout: 100_000 }, settings)
            if (n < 2) return outcomeOf({ env, seen: {} })
            const job = await env.submit().catch(() => null)
            if (n === 3) await job?.cancel()
            return job?.result.then(
              () => assert.unreachable('it was not to complete'),
              () => {},
            )
          }),
        )
      }
      assert.equal(held(), before)
      const { env } = built('endless', {})
      const job = await env.submit()
      // However many threads there are: Node warns of more than ten listeners.
      assert.equal(held().slice(1), before.slice(1))
      await job.cancel()
      assert.equal(held(), before)
      process.off('warning', warn)
      assert.equal(warned, [])
    })

    test('and what a program prints is printed once', async ({ signal }) => {
      const script = fileURLToPath(new URL('programs/prints.ts', import.meta.url))
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [...typescript(), script], {
        signal,
      })
      assert.is(stderr, '')
      const lines = stdout.trimEnd().split('\n')
      assert.equal(lines.toSorted(), [
        'begins',
        'closed',
        'maps 1',
        'maps 2',
        'maps 3',
        'over',
        'sinks 1',
        'sinks 2',
        'sinks 3',
      ])
      assert.equal([lines[0], lines.at(-1)], ['begins', 'over'])
    })
  },
  { timeout: 240_000 },
)
