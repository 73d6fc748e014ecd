import * as assert from 'uvu/assert'
import { Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite } from '../support/suite.ts'
import { bait, refusing } from './programs/refusing.ts'
import { assertAccessible } from './support/accessible.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

suite(
  'dead letters on the page',
  (test) => {
    test('are shown as what they are, replayed and deleted', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      const env = refusing({ port: scene.port })
      context.cleanup(() => env.close())
      const job = await env.start()
      job.result.catch(() => {})
      context.cleanup(() => job.cancel())
      const seen = await SeenPage.open(context, browser, { url: scene.url, path: `/jobs/${job.id}` })
      const { page } = seen
      await seen.isLive()
      await page.getByRole('link', { name: 'Dead letters' }).click()
      await seen.sees('60 kept.')
      const rows = page.locator('.letters tbody tr')
      assert.is(await rows.count(), 50)
      assert.match((await rows.first().textContent())!, `${bait} no 59`)
      assert.match((await rows.first().textContent())!, `${bait} map`)
      await assertAccessible(page, 'dead letters')

      await seen.button('Older').click()
      await rows.filter({ hasText: 'no 0' }).waitFor()
      assert.is(await rows.count(), 10)
      await seen.button('Newest').click()
      await rows.filter({ hasText: 'no 59' }).waitFor()

      await rows.first().getByRole('button').click()
      const letter = page.getByRole('region', { name: /^Dead letter \d/ })
      await letter.getByText('n: 59').waitFor()
      await letter.getByText(`Error: ${bait} cause`).waitFor()
      await assertAccessible(page, 'an open dead letter')
      await letter.getByRole('button', { name: 'Close' }).click()

      // Two of them, by keys.
      await rows.nth(0).getByRole('checkbox').press('Space')
      await rows.nth(1).getByRole('checkbox').press('Space')
      await seen.button('Replay 2').press('Enter')
      const dialog = page.getByRole('dialog')
      await dialog.getByText('Replay 2 letters?').waitFor()
      await dialog.getByRole('button', { name: 'Replay 2' }).click()
      await seen.sees('58 kept. 2 were replayed.')

      await seen.button('Replay all').click()
      await dialog.getByRole('button', { name: 'Replay all' }).click()
      // One of them is given up again.
      await seen.sees('1 kept. 60 were replayed.')
      assert.match((await rows.first().textContent())!, 'no 0')
      await seen.button('Delete all').click()
      await dialog.getByRole('button', { name: 'Delete all' }).click()
      await seen.sees('0 kept. 60 were replayed. 1 was deleted.')
      await seen.sees('None are kept now.')

      await job.cancel()
      await page.getByRole('button', { name: 'Replay all', disabled: true }).waitFor()
    })
  },
  { timeout: 120_000 },
)
