import process from 'node:process'
import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { squares, squaresOf } from './pipelines/squares.ts'
import { prepare } from './support/prepared.ts'
import { Scene } from './support/scene.ts'

/** 200 with MILLRACE_SUBMISSIONS=200. */
const SUBMISSIONS = Number(process.env['MILLRACE_SUBMISSIONS'] ?? 24)

suite('many submissions at once', (test) => {
  test(
    'all end with the right results, a few running at a time',
    { timeout: 60_000 + SUBMISSIONS * 5_000 },
    async (context) => {
      const scene = await Scene.open(context, { maxRunning: 3 })
      const { client, manager } = scene
      const { env } = squares({ records: 0, offset: 0 })
      const program = await prepare('squares', env)
      await program.upload(client, context.signal)
      let most = 0
      const unlisten = manager.events.onAppended(() => (most = Math.max(most, manager.status.running)))
      context.cleanup(unlisten)
      const all = Array.from({ length: SUBMISSIONS }, (_, i) => ({ records: 5 + (i % 7), offset: 1000 * i }))
      const jobs = await Promise.all(all.map((settings) => client.jobs.submit(program.submission(settings))))
      assert.is(new Set(jobs.map(({ id }) => id)).size, SUBMISSIONS)
      const ends = await Promise.all(jobs.map(({ id }) => client.waitForEnd(id)))
      assert.equal(
        ends.map(({ status }) => status),
        all.map(() => 'completed'),
      )
      for (const [i, { id }] of jobs.entries()) {
        assert.equal(await scene.collected(id, env), squaresOf(all[i]!), `of submission ${i}`)
      }
      assert.is((await client.jobs.list({ status: ['completed'] })).total, SUBMISSIONS)
      assert.is(most, 3)
    },
  )
})
