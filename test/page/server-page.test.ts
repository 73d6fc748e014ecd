import * as assert from 'uvu/assert'
import { squares } from '../jobs/end-to-end/pipelines/squares.ts'
import { programOptions, Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite } from '../support/suite.ts'
import { assertAccessible } from './support/accessible.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

suite(
  'the page of the server',
  (test) => {
    test('shows providers, and syncs with them', async (context) => {
      const other = await Scene.open(context)
      const settings = { records: 10, offset: 0 }
      const { env } = squares(settings, { port: other.port, ...programOptions('squares', settings) })
      context.cleanup(() => env.close())
      await (
        await env.start()
      ).result
      const scene = await Scene.open(context, {
        providers: [{ name: 'next-door', type: 'millrace', url: other.url }],
      })
      const browser = await launchChromium(context)
      const seen = await SeenPage.open(context, browser, { url: scene.url })
      await seen.sees('There are no jobs yet.')
      await seen.button('Sync').click()
      await seen.row('squares').getByText('next-door').waitFor()
      await seen.page.locator('.notice').waitFor()
      await seen.link('squares').click()
      await seen.page.locator('.job-head').getByText('completed').waitFor()
      await seen.page.locator('.figures').getByText('next-door').waitFor()
      await seen.link('Server').click()
      await seen.page.getByRole('row').filter({ hasText: 'next-door' }).getByText('answers').waitFor()
      await assertAccessible(seen.page, 'a server with providers')
    })

    test('shows webhooks, how they were delivered, and sends them again', async (context) => {
      const scene = await Scene.open(context, { webhooks: { allowPrivate: ['127.0.0.1/32'] } })
      const url = `${scene.gates.url}/told`
      const client = scene.client.webhooks
      await client.create({ url, description: 'the test' })
      const browser = await launchChromium(context)
      const seen = await SeenPage.open(context, browser, { url: scene.url, path: '/server' })
      const row = seen.page.getByRole('row').filter({ hasText: url })
      await row.getByRole('button', { name: 'Test' }).click()
      await scene.gates.arrived('told')
      await row.getByRole('button', { name: 'Deliveries' }).click()
      const delivery = seen.page.getByRole('row').filter({ hasText: 'ping' })
      await delivery.getByRole('button', { name: 'Send again' }).click()
      await scene.gates.arrived('told', 2)
      await assertAccessible(seen.page, 'a server with webhooks')
    })

    test('makes and deletes tokens', async (context) => {
      const token = 'a-token-that-is-long-enough'
      const scene = await Scene.open(context, { token })
      const browser = await launchChromium(context)
      const seen = await SeenPage.open(context, browser, { url: scene.url, path: '/server' })
      await seen.page.getByLabel('Token').fill(token)
      await seen.button('Go on').click()
      await seen.page.getByLabel('Name of the new token').fill('reader <b>')
      await seen.button('Make a token').click()
      const made = await seen.page.locator('.secret code').textContent()
      const asks = (path: string): Promise<Response> =>
        fetch(`${scene.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${made}` } })
      assert.is((await asks('jobs')).status, 200)
      assert.is((await asks('tokens')).status, 403)
      await assertAccessible(seen.page, 'a server with tokens')
      await seen.row('reader <b>').getByRole('button', { name: 'Delete' }).click()
      await seen.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await seen.row('reader <b>').waitFor({ state: 'detached' })
      assert.is((await asks('jobs')).status, 401)
    })
  },
  { timeout: 60_000 },
)
