import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../src/client/index.ts'
import { windowCounts } from '../jobs/end-to-end/pipelines/window-counts.ts'
import { Gates } from '../jobs/end-to-end/support/gates.ts'
import { programOptions, Scene, temporary } from '../jobs/end-to-end/support/scene.ts'
import { ServerProcess } from '../jobs/end-to-end/support/server-process.ts'
import { suite } from '../support/suite.ts'
import { slowMiddle } from './programs/slow-middle.ts'
import { assertAccessible } from './support/accessible.ts'
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
      const titles = ['Throughput of records', 'Memory', 'Processor and queue']
      for (const title of [...titles, 'Checkpoint size', 'Checkpoint duration']) {
        await seen.page.getByRole('heading', { name: title }).waitFor()
      }
      const moment = seen.page.getByRole('slider', { name: 'Moment' })
      const last = async (): Promise<number> => Number(await moment.getAttribute('max'))
      const before = await last()
      while ((await last()) < before + 2) await seen.page.waitForResponse(/history/)
      const ink = await Promise.all([0, 1, 2, 3, 4].map((chart) => drawn(seen, chart)))
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

      await seen.link('Checkpoints').click()
      await seen.page.getByRole('columnheader', { name: 'Took' }).waitFor()
      const took = await seen.page.locator('.table tbody tr').first().locator('td').nth(2).textContent()
      assert.match(took!, /^[\d.]+ m?s$/)
      await seen.link('Charts').click()

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

    test('show how long records are on their way', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      const env = slowMiddle({ port: scene.port })
      context.cleanup(() => env.close())
      const job = await env.start()
      context.cleanup(() => job.cancel())
      const path = `/jobs/${job.id}/charts`
      const seen = await SeenPage.open(context, browser, { url: scene.url, path })
      await seen.page.getByRole('heading', { name: 'Latency of records' }).waitFor()
      const chart = seen.page.locator('.chart', { hasText: 'Latency of records' })
      const legend = await chart.locator('.legend li').allTextContents()
      assert.equal(
        legend.map((text) => text.trim().replace(/[\d.]+ m?s$/, '*')),
        ['p50 latency *', 'p95 latency *', 'p99 latency *'],
      )
      await seen.page.locator('.figures', { hasText: /Latency[\d.]+ m?s, p99 [\d.]+ m?s/ }).waitFor()
      await assertAccessible(seen.page, 'with latency')
      await job.cancel()
      // What is over has none, and its life had.
      await seen.page.locator('.job-head').getByText('cancelled').waitFor()
      await seen.page.locator('.figures', { hasNotText: 'Latency' }).waitFor()
      await chart.waitFor()
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
