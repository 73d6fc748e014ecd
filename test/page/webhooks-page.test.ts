import * as assert from 'uvu/assert'
import { Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite } from '../support/suite.ts'
import { assertAccessible } from './support/accessible.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

suite(
  'webhooks on the page',
  (test) => {
    test('are made, changed, disabled, enabled and deleted', async (context) => {
      const scene = await Scene.open(context, { webhooks: { allowPrivate: ['127.0.0.1/32'] } })
      const { webhooks } = scene.client
      const url = `${scene.gates.url}/told`
      const seen = await SeenPage.open(context, await launchChromium(context), {
        url: scene.url,
        path: '/server',
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      await seen.sees('Nobody is told of what happens to jobs.')
      await seen.button('Add a webhook').click()
      const field = seen.page.getByLabel('URL that is told')
      assert.match(await seen.page.evaluate<string>('document.activeElement.placeholder'), 'https://')
      await field.fill('http://10.0.0.1/hooks')
      await seen.button('Make it').click()
      await seen.page.getByRole('alert').waitFor()
      assert.equal(await webhooks.list(), [], 'the server refuses where it may not go, and the form stays')
      await field.fill(url)
      await seen.page.getByLabel('What it is for').fill('the people <b>on call</b>')
      await seen.page.getByRole('checkbox', { name: 'it is deleted' }).check()
      await seen.page.getByRole('checkbox', { name: 'failed' }).check()
      await seen.page.getByLabel('of jobs with this in their name').fill('price')
      await assertAccessible(seen.page, 'the form of a webhook')
      await seen.button('Make it').click()

      const secret = (await seen.page.locator('.secret code').textContent())!
      assert.match(secret, /^whsec_/)
      await seen.button('Copy').click()
      await seen.sees('It was copied.')
      assert.is(await seen.page.evaluate('navigator.clipboard.readText()'), secret)
      await assertAccessible(seen.page, 'a secret that is shown')
      await seen.button('I have it').click()
      assert.is(await seen.page.getByText(secret).count(), 0)
      const [made] = await webhooks.list()
      assert.equal(
        [made?.url, made?.description, made?.events, made?.filter],
        [
          url,
          'the people <b>on call</b>',
          ['job_status_changed', 'job_deleted'],
          { name: 'price', statuses: ['failed'] },
        ],
      )
      await seen.row(url).getByText('to failed of jobs with “price” in the name').waitFor()

      const does = (word: string): Promise<void> => seen.row(url).getByRole('button', { name: word }).click()
      await does('Disable')
      await seen.row(url).getByText('■ off').waitFor()
      assert.is((await webhooks.get(made!.id)).enabled, false)
      await does('Enable')
      await seen.row(url).getByText('✓ on').waitFor()
      await does('Change')
      await seen.page.getByLabel('of jobs with this in their name').fill('')
      await seen.page.getByRole('checkbox', { name: 'it is deleted' }).uncheck()
      await seen.button('Save').click()
      await seen.sees('It was changed.')
      const { filter, events } = await webhooks.get(made!.id)
      assert.equal([filter, events], [{ statuses: ['failed'] }, ['job_status_changed']])
      await does('New secret')
      await seen.page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click()
      const renewed = await seen.page.locator('.secret code').textContent()
      assert.is.not(renewed, secret)
      await seen.button('I have it').click()
      await does('Delete')
      await seen.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await seen.sees('Nobody is told of what happens to jobs.')
      assert.equal(await webhooks.list(), [])
    })
  },
  { timeout: 60_000 },
)
