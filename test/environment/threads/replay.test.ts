import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { JobRunner } from '../../../src/environment/job-runner.ts'
import { noteLocalSubmit } from '../../../src/environment/seat/local-submits.ts'
import { localProgram } from '../../../src/environment/seat/program-of.ts'
import type { GivenUp } from '../../../src/runtime/dead-letters/given-up.ts'
import { suite } from '../../support/suite.ts'
import { mended } from './pipelines/mended.ts'

const entry = new URL('programs/mended.ts', import.meta.url)

suite(
  'records that were given up in a thread',
  (test) => {
    test('are told of with their errors, and put back where they were', async ({ cleanup }) => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-replay-'))
      cleanup(() => rmSync(folder, { recursive: true, force: true }))
      const settings = { records: 20, mended: join(folder, 'mended') }
      const { env, seen } = mended(settings, { entry, argv: [JSON.stringify(settings)] })
      const job = new JobRunner().prepare(env.all, {}, localProgram(env.all, noteLocalSubmit(env.all)))
      cleanup(() => job.stop({ drain: false }))
      const letters: GivenUp[] = []
      const settled: number[] = []
      const wait = { for: 10, resolve: () => {} }
      const came = new Promise<void>((resolve) => (wait.resolve = resolve))
      let replayed = (): void => {}
      job.keepLetters({
        givenUp: (letter) => {
          if (letters.push(letter) === 10) wait.resolve()
        },
        entered: () => {},
        settled: (those) => {
          if (settled.push(...those) === 10) replayed()
        },
        refused: (those) => assert.unreachable(`letters ${those.join()} were refused`),
        begun: () => {},
      })
      await job.start()
      await came
      assert.equal(letters.map(({ record }) => record).toSorted(), [1, 11, 13, 15, 17, 19, 3, 5, 7, 9])
      for (const { error, operator } of letters) {
        assert.instance(error, RangeError)
        assert.is(operator, 'even only')
      }
      writeFileSync(settings.mended, '')
      const all = new Promise<void>((resolve) => (replayed = resolve))
      job.letters.replay(letters.map((letter, number) => ({ ...letter, letter: number, times: 1 })))
      await all
      await job.stop()
      const { nodes } = await job.result
      assert.equal(
        seen.values.toSorted((a, b) => a - b),
        Array.from({ length: 20 }, (_, n) => n * 10),
      )
      const { in: entered, handled, deadLettered } = nodes[1]!
      assert.equal([entered, handled, deadLettered], [30, 20, 10])
    })
  },
  { timeout: 30_000 },
)
