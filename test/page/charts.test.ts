import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../src/client/index.ts'
import { windowCounts } from '../jobs/end-to-end/pipelines/window-counts.ts'
import { Gates } from '../jobs/end-to-end/support/gates.ts'
import { programOptions, Scene, temporary } from '../jobs/end-to-end/support/scene.ts'
import { ServerProcess } from '../jobs/end-to-end/support/server-process.ts'
import { suite } from '../support/suite.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

/** Pixels of a chart that something is drawn on. */
const drawn = (seen: SeenPage, chart: number): Promise<number> =>
  seen.page.evaluate<number>(`{
    const canvas = document.querySelectorAll('.chart canvas')[${chart}]
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    data.filter((value, index) => index % 4 === 3 && value > 0).length
  }`)

suite(
  'charts over the life of a job',
  (test) => {
    test('appear and grow while it runs, and are there after it and after its server', async (context) => {
      const server = await ServerProcess.start(context)
      const gates = await Gates.open(context)
      const browser = await launchChromium(context)
      const settings = {
        ...{ records: 4_000, gates: gates.url, at: [2_000, 3_000] },
        output: `${temporary(context)}/out`,
      }
      const env = windowCounts(settings, { port: server.port, ...programOptions('window-counts', settings) })
      context.cleanup(() => env.close())
      gates.shut('at 2000')
      gates.shut('at 3000')
      const job = await env.start()
      await gates.arrived('at 2000')
      const url = `http://127.0.0.1:${server.port}`
      const client = new JobManagerClient({ url })
      context.cleanup(() => client.close())
      const seen = await SeenPage.open(context, browser, { url, path: `/jobs/${job.id}` })
      await seen.isLive()
      await seen.link('Charts').click()
      for (const title of ['Throughput of records', 'Memory', 'Processor and queue', 'Checkpoint size']) {
        await seen.page.getByRole('heading', { name: title }).waitFor()
      }
      const moment = seen.page.getByRole('slider', { name: 'Moment' })
      const last = async (): Promise<number> => Number(await moment.getAttribute('max'))
      const before = await last()
      while ((await last()) < before + 2) await seen.page.waitForResponse(/history/)
      const ink = await Promise.all([0, 1, 2, 3].map((chart) => drawn(seen, chart)))
      assert.ok(
        ink.every((pixels) => pixels > 500),
        ink.join(),
      )

      // The legends of all charts are of the moment that is pointed to in one, or chosen by keys.
      const newest = (): Promise<number> => seen.page.locator('.moment output', { hasText: 'newest' }).count()
      assert.is(await newest(), 1)
      await seen.page
        .locator('.plot')
        .nth(1)
        .hover({ position: { x: 120, y: 60 } })
      await seen.page.locator('.moment output', { hasNotText: 'newest' }).waitFor()
      await seen.page.locator('h1').hover()
      await seen.page.locator('.moment output', { hasText: 'newest' }).waitFor()
      await moment.focus()
      await seen.page.keyboard.press('Home')
      await seen.page.locator('.moment output', { hasNotText: 'newest' }).waitFor()
      await seen.page.keyboard.press('End')
      await seen.page.locator('.moment output', { hasText: 'newest' }).waitFor()

      gates.open('at 2000')
      await gates.arrived('at 3000')
      gates.open('at 3000')
      await job.result
      await seen.page.locator('.job-head').getByText('completed').waitFor()
      await seen.page.getByText('As a table').click()
      await seen.page.getByRole('columnheader', { name: 'Heap' }).waitFor()
      assert.is(seen.loads, 1)

      const { points } = await client.jobs.history(job.id)
      const read = points.reduce((sum, point) => sum + (point.read ?? 0) * point.seconds, 0)
      assert.ok(Math.abs(read - 4_000) < 5, `${read} of 4000 records`)
      await server.kill()
      await server.start()
      assert.equal((await client.jobs.history(job.id)).points, points)
      await seen.go(`/jobs/${job.id}/charts`)
      await seen.page.getByRole('heading', { name: 'Throughput of records' }).waitFor()
      assert.is(await last(), points.length - 1)
      assert.ok((await drawn(seen, 0)) > 500)
    })

    test('say in words why there are none', async (context) => {
      const scene = await Scene.open(context, { background: { queueProcessing: { enabled: false } } })
      const browser = await launchChromium(context)
      const settings = { records: 1, output: `${scene.folder}/out` }
      const env = windowCounts(settings, { port: scene.port, ...programOptions('window-counts', settings) })
      context.cleanup(() => env.close())
      const job = await env.start()
      const seen = await SeenPage.open(context, browser, { url: scene.url, path: `/jobs/${job.id}/charts` })
      await seen.sees('There is nothing to draw before it runs.')
      await job.cancel()
    })
  },
  { timeout: 90_000 },
)
