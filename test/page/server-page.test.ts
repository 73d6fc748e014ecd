import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { squares } from '../jobs/end-to-end/pipelines/squares.ts'
import { programOptions, Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite } from '../support/suite.ts'
import { assertAccessible } from './support/accessible.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

/** An address that nobody listens at. */
async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

/** What holds somebody until it is opened. */
class Gate {
  open: () => void = () => {}
  readonly opened: Promise<void> = new Promise((resolve) => (this.open = resolve))
}

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
      const held = new Gate()
      await seen.page.route('**/jobs/sync', async (route) => {
        await held.opened
        await route.continue()
      })
      await seen.button('Sync').click()
      await seen.page.locator('button[aria-busy=true] .spinner').waitFor()
      held.open()
      await seen.row('squares').getByText('next-door').waitFor()
      await seen.page.locator('.notice').getByText('Discovered 1 job, 1 of them new or changed.').waitFor()
      await seen.page.locator('.spinner').waitFor({ state: 'detached' })
      await seen.link('squares').click()
      await seen.page.locator('.job-head').getByText('completed').waitFor()
      await seen.page.locator('.figures').getByText('next-door').waitFor()
      await seen.link('Server').click()
      await seen.page.getByRole('row').filter({ hasText: 'next-door' }).getByText('answers').waitFor()
      await assertAccessible(seen.page, 'a server with providers')
    })

    test('shows that a provider does not answer, and that it is left alone', async (context) => {
      const scene = await Scene.open(context, {
        providers: [{ name: 'away', type: 'millrace', url: await closedAddress() }],
      })
      const browser = await launchChromium(context)
      const seen = await SeenPage.open(context, browser, { url: scene.url, path: '/server' })
      const row = seen.row('away')
      const sync = row.getByRole('button', { name: 'Sync' })
      for (const state of ['⚠ did not answer', '⚠ is left alone for a while']) {
        while ((await row.getByText(state).count()) === 0) {
          await sync.click()
          await seen.page.locator('.notice').last().getByText('away could not be asked').waitFor()
          await seen.page.locator('button[aria-busy=true]').waitFor({ state: 'detached' })
          await row.getByText(/did not answer|is left alone/).waitFor()
        }
      }
      await assertAccessible(seen.page, 'a provider that does not answer')
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
