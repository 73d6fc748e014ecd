import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { windowCounts } from '../jobs/end-to-end/pipelines/window-counts.ts'
import { programOptions, Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite } from '../support/suite.ts'
import { bait, hostile } from './programs/hostile.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

suite(
  'the page of a job',
  (test) => {
    test('draws what runs, and stops, continues, cancels and deletes it', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      const settings = {
        records: 20_000,
        gates: scene.gates.url,
        at: [7_000, 14_000],
        output: `${scene.folder}/out`,
      }
      const env = windowCounts(settings, { port: scene.port, ...programOptions('window-counts', settings) })
      context.cleanup(() => env.close())
      scene.gates.shut('at 7000')
      const job = await env.start()
      await scene.gates.arrived('at 7000')
      const seen = await SeenPage.open(context, browser, { url: scene.url, path: `/jobs/${job.id}` })
      await seen.isLive()
      await seen.page.getByRole('heading', { name: 'window counts' }).waitFor()
      // It is drawn when the job has first told how it gets on.
      await seen.page.locator('.graph .node').first().waitFor()
      const { nodes } = scene.manager.get(job.id).progress!
      assert.is(await seen.page.locator('.graph .node').count(), nodes.length)
      const source = seen.page.locator('.graph .node').first()
      assert.match((await source.textContent())!, /source/)
      await source.focus()
      await seen.page.keyboard.press('Enter')
      await seen.page.locator('.books tr.chosen').waitFor()
      await seen.button('Savepoint').click()
      scene.gates.shut('at 14000')
      scene.gates.open('at 7000')
      await seen.sees('A savepoint was taken.')
      await seen.link('Checkpoints').click()
      await seen.page.getByRole('row').filter({ hasText: 'savepoint' }).first().waitFor()

      await scene.gates.arrived('at 14000')
      await seen.button('Stop').click()
      scene.gates.open('at 14000')
      await seen.button('Continue').waitFor()
      scene.gates.shut('at 14000')
      await seen.button('Continue').click()
      await seen.link('Timeline').click()
      await seen.page.locator('.timeline .status').getByText('stopped', { exact: true }).waitFor()
      await seen.button('Cancel').click()
      await seen.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
      await seen.page.locator('.job-head').getByText('cancelled').waitFor()
      scene.gates.open('at 14000')
      await seen.button('Delete').click()
      await seen.page.getByRole('dialog').waitFor()
      await seen.page.keyboard.press('Escape')
      await seen.page.getByRole('dialog').waitFor({ state: 'detached' })
      await seen.button('Delete').click()
      await seen.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await seen.sees('There are no jobs yet.')
      assert.is(seen.loads, 1)
    })

    test('shows names, records, lines and errors as they are, whatever is in them', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      const env = hostile({ port: scene.port })
      context.cleanup(() => env.close())
      const job = await env.start()
      await job.result.catch(() => {})
      const seen = await SeenPage.open(context, browser, { url: scene.url, path: `/jobs/${job.id}` })
      assert.is(await seen.page.locator('h1').textContent(), `${bait} job`)
      await seen.page.locator('.books').getByText(`${bait} source`).waitFor()
      await seen.link('Log').click()
      await seen.sees(`log ${bait} one`)
      await seen.page.getByRole('searchbox', { name: 'Search the log' }).fill('TWO')
      await seen.page.getByText(`log ${bait} one`).waitFor({ state: 'detached' })
      const [download] = await Promise.all([
        seen.page.waitForEvent('download'),
        seen.button('Download').click(),
      ])
      assert.match(readFileSync(await download.path(), 'utf8'), `log ${bait} one`)
      await seen.link('Error').click()
      await seen.sees(`error ${bait} two`)
      await seen.sees(/hostile\.ts:\d+/)
      assert.is(await seen.page.locator('main img, main script').count(), 0)
      await seen.go('/jobs/%3Cb%3E')
      await seen.sees('This job is not here')
    })

    test('follows the log while the job writes', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      const settings = { records: 3_000, gates: scene.gates.url, at: [1_000], output: `${scene.folder}/out` }
      const env = windowCounts(settings, { port: scene.port, ...programOptions('window-counts', settings) })
      context.cleanup(() => env.close())
      scene.gates.shut('at 1000')
      const job = await env.start()
      await scene.gates.arrived('at 1000')
      const seen = await SeenPage.open(context, browser, { url: scene.url, path: `/jobs/${job.id}/logs` })
      await seen.sees('from 0')
      await job.stop()
      scene.gates.open('at 1000')
      await job.continue()
      await seen.page
        .locator('.log-line')
        .filter({ hasText: /from \d/ })
        .nth(1)
        .waitFor()
      await job.result
    })
  },
  { timeout: 90_000 },
)
