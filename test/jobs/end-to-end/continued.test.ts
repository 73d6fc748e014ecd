import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { squares, squaresOf } from './pipelines/squares.ts'
import { windowCounts, windowCountsOf } from './pipelines/window-counts.ts'
import { linesIn, programOptions, reaches, Scene } from './support/scene.ts'

suite(
  'a job that is stopped and continued',
  (test) => {
    test('goes on from its savepoint, twice, and counts every record once', async (context) => {
      const scene = await Scene.open(context)
      const { folder, gates, port, client } = scene
      const output = join(folder, 'out')
      const settings = { records: 9_000, gates: gates.url, at: [3_000, 6_000], output }
      const env = windowCounts(settings, { port, ...programOptions('window-counts', settings) })
      context.cleanup(() => env.close())
      for (const n of settings.at) gates.shut(`at ${n}`)
      let ended = env.submit({ autostop: true })
      await gates.arrived('at 3000')
      const [{ id } = { id: '' }] = (await client.jobs.list()).items
      const job = await env.job(id)
      for (const n of settings.at) {
        await gates.arrived(`at ${n}`)
        const stopped = job.stop({ savepoint: true })
        await reaches(client.job$(id), ({ status }) => status === 'stopping')
        gates.open(`at ${n}`)
        const { location } = await stopped
        const { status, savepoint } = await job.info()
        assert.equal([status, savepoint?.location, savepoint?.kind], ['stopped', location, 'savepoint'])
        assert.equal((await ended).status, 'stopped')
        await job.continue()
        ended = job.result
      }
      assert.is((await ended).status, 'completed')
      assert.equal(linesIn(output), windowCountsOf(9_000))
      const begins = scene.printed(id, 'from')
      assert.equal([begins.length, begins[0]], [3, 0])
      assert.ok(begins[1]! >= 3_000 && begins[2]! >= 6_000, `it began at ${begins.join()}`)
      const run = 'running stopping stopped'
      assert.is(scene.path(id), `queued ${run} queued ${run} queued running completed`)
    })

    test('goes on in the midst of a batch', async (context) => {
      const scene = await Scene.open(context)
      const { gates, port, client } = scene
      const settings = { records: 5_000, offset: 1, gates: gates.url, waitsAt: 2_000 }
      const { env } = squares(settings, { port, ...programOptions('squares', settings) })
      context.cleanup(() => env.close())
      gates.shut('square')
      const ended = env.submit({ autostop: true })
      await gates.arrived('square')
      const [{ id } = { id: '' }] = (await client.jobs.list()).items
      const job = await env.job(id)
      const stopped = job.stop({ savepoint: true })
      await reaches(client.job$(id), ({ status }) => status === 'stopping')
      gates.open('square')
      await stopped
      assert.is((await ended).status, 'stopped')
      const before = scene.printed(id, 'line')
      assert.ok(before.length >= 2_000 && before.length < 5_000, `${before.length} squares`)
      await job.continue()
      assert.is((await job.result).status, 'completed')
      assert.equal(scene.printed(id, 'line'), squaresOf(settings))
      assert.equal(await scene.collected(id, env), squaresOf(settings))
    })
  },
  { timeout: 90_000 },
)
