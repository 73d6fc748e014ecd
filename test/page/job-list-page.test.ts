import { readdirSync } from 'node:fs'
import * as assert from 'uvu/assert'
import type { RemoteJobHandle } from '../../src/index.ts'
import { squares } from '../jobs/end-to-end/pipelines/squares.ts'
import { programOptions, Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { bait, hostile } from './programs/hostile.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

/** A job that waits at the gate `square`. */
async function waitingJob(context: TestContext, { gates, port }: Scene): Promise<RemoteJobHandle> {
  const settings = { records: 10, offset: 0, gates: gates.url, waitsAt: 5 }
  const { env } = squares(settings, { port, ...programOptions('squares', settings) })
  context.cleanup(() => env.close())
  return env.start()
}

suite(
  'the page of jobs',
  (test) => {
    test('shows a job from submit to completed without being loaded again', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      const seen = await SeenPage.open(context, browser, { url: scene.url })
      await seen.sees('There are no jobs yet.')
      await seen.isLive()
      scene.gates.shut('square')
      const job = await waitingJob(context, scene)
      await scene.gates.arrived('square')
      await seen.row('squares').getByText('running').waitFor()
      scene.gates.open('square')
      await seen.row('squares').getByText('completed').waitFor()
      await job.result
      await scene.client.jobs.delete(job.id)
      await seen.sees('There are no jobs yet.')
      assert.is(seen.loads, 1)
    })

    test('searches, filters and sorts, and keeps that in its address', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      await (
        await waitingJob(context, scene)
      ).result
      const env = hostile({ port: scene.port })
      context.cleanup(() => env.close())
      await (await env.start()).result.catch(() => {})
      const seen = await SeenPage.open(context, browser, { url: scene.url })
      const names = (): Promise<readonly string[]> => seen.page.locator('tbody .name a').allTextContents()
      await seen.row('squares').waitFor()
      assert.equal(await names(), [`${bait} job`, 'squares'])
      await seen.button('Job').click()
      await seen.page.waitForURL(/sort=-name/)
      await seen.button('Job').click()
      await seen.page.waitForURL(/sort=name/)
      await seen.page.locator('th[aria-sort=ascending]').waitFor()
      await seen.page.keyboard.press('/')
      await seen.page.keyboard.type('SQUA')
      await seen.page.waitForURL(/name=SQUA/)
      await seen.row('img src').waitFor({ state: 'detached' })
      assert.equal(await names(), ['squares'])
      await seen.button('Show all').click()
      await seen.row('img src').waitFor()
      await seen.page.getByText('Any status').click()
      await seen.page.getByRole('checkbox', { name: 'failed' }).check()
      await seen.row('squares').waitFor({ state: 'detached' })
      assert.equal(await names(), [`${bait} job`])
      await seen.page.reload()
      await seen.row('img src').waitFor()
      assert.equal(await names(), [`${bait} job`])
    })

    test('stops and deletes those that are chosen, when that is confirmed', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      scene.gates.shut('square')
      const [first, second] = [await waitingJob(context, scene), await waitingJob(context, scene)]
      await scene.gates.arrived('square', 2)
      const seen = await SeenPage.open(context, browser, { url: scene.url })
      await seen.page.getByText('running').nth(1).waitFor()
      await seen.page.getByRole('checkbox', { name: 'Choose all of this page' }).check()
      assert.ok(await seen.button('Delete').isDisabled())
      await seen.button('Stop').click()
      await seen.button('Keep').click()
      assert.equal(
        [first, second].map(({ id }) => scene.manager.get(id).status),
        ['running', 'running'],
      )
      await seen.button('Stop').click()
      await seen.page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click()
      await seen.sees('2 jobs told to stop.')
      scene.gates.open('square')
      await seen.page.getByText('stopped').nth(1).waitFor()
      await seen.page.getByRole('checkbox', { name: 'Choose all of this page' }).check()
      await seen.button('Delete').click()
      await seen.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await seen.sees('There are no jobs yet.')
      assert.equal(readdirSync(`${scene.data}/jobs`), [])
    })
  },
  { timeout: 90_000 },
)
