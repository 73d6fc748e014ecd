import * as assert from 'uvu/assert'
import { JobManagerClient, type Scope } from '../../src/client/index.ts'
import { squares } from '../jobs/end-to-end/pipelines/squares.ts'
import { programOptions, Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { assertAccessible } from './support/accessible.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

const admin = 'a-token-that-is-long-enough'

/** The page for whoever has a token of that scope, on a server with a job that is over. */
async function openAs(context: TestContext, scope: Scope): Promise<SeenPage> {
  const scene = await Scene.open(context, {
    token: admin,
    providers: [{ name: 'next-door', type: 'millrace', url: 'http://127.0.0.1:2' }],
  })
  const client = new JobManagerClient({ url: scene.url, token: admin })
  context.cleanup(() => client.close())
  const { token } = await client.tokens.create({ name: 'mine', scopes: [scope] })
  const mine = new JobManagerClient({ url: scene.url, token })
  context.cleanup(() => mine.close())
  assert.equal(await mine.whoAmI(), { name: 'token mine', scope })
  const settings = { records: 10, offset: 0 }
  const place = { port: scene.port, token: admin }
  const { env } = squares(settings, { ...place, ...programOptions('squares', settings) })
  context.cleanup(() => env.close())
  await (
    await env.start()
  ).result
  const seen = await SeenPage.open(context, await launchChromium(context), { url: scene.url })
  await seen.page.getByLabel('Token').fill(token)
  await seen.button('Go on').click()
  await seen.row('squares').waitFor()
  return seen
}

suite(
  'what a token does not allow',
  (test) => {
    test('is not asked of the server: who may read is told why', async (context) => {
      const seen = await openAs(context, 'read')
      const asked: string[] = []
      seen.page.on('request', (request) => {
        if (request.method() !== 'GET') asked.push(`${request.method()} ${request.url()}`)
      })
      const reason = 'Your token may look at things only. This needs one with the scope submit.'
      const isRefused = async (name: string): Promise<void> => {
        const button = seen.button(name)
        await seen.page.locator('button[aria-disabled=true]', { hasText: name }).first().waitFor()
        const described = await button.getAttribute('aria-describedby')
        const text = await seen.page.locator(`[id="${described}"]`).textContent()
        assert.is(text, reason, name)
      }
      await isRefused('Sync')
      await isRefused('Submit a bundle')
      await seen.page.getByRole('checkbox', { name: 'Choose all of this page' }).check()
      await isRefused('Delete')
      await assertAccessible(seen.page, 'a list that is only read')
      await seen.button('Delete').focus()
      await seen.page.keyboard.press('Enter')
      await seen.page.locator('.notice').getByText(reason).waitFor()
      await seen.link('squares').click()
      for (const name of ['Restart', 'Delete']) await isRefused(name)
      await seen.link('Server').click()
      await seen.sees('Your token may look at things only. This needs one with the scope admin.')
      assert.is(await seen.page.getByText('Make a token').count(), 0)
      assert.equal(asked, [])
    })

    test('is offered to those it is allowed', async (context) => {
      const seen = await openAs(context, 'submit')
      await seen.link('squares').click()
      await seen.button('Delete').click()
      await seen.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await seen.sees('There are no jobs yet.')
      await seen.link('Server').click()
      await seen.sees('Your token may submit and steer jobs only. This needs one with the scope admin.')
    })
  },
  { timeout: 60_000 },
)
