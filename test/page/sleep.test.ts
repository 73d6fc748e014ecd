import * as assert from 'uvu/assert'
import { ServerProcess } from '../jobs/end-to-end/support/server-process.ts'
import { suite } from '../support/suite.ts'
import { hostile } from './programs/hostile.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

suite(
  'a tab that slept',
  (test) => {
    test('is live again when it wakes up, though its server was killed meanwhile', async (context) => {
      const server = await ServerProcess.start(context)
      const url = `http://127.0.0.1:${server.port}`
      const seen = await SeenPage.open(context, await launchChromium(context), { url })
      await seen.sees('There are no jobs yet.')
      await seen.isLive()
      const browser = await seen.page.context().newCDPSession(seen.page)
      await browser.send('Page.setWebLifecycleState', { state: 'frozen' })
      await server.kill()
      await server.start()
      const env = hostile({ port: server.port })
      context.cleanup(() => env.close())
      await (await env.start()).result.catch(() => {})
      await browser.send('Page.setWebLifecycleState', { state: 'active' })
      await seen.page.locator('tbody .status.bad').waitFor()
      await seen.isLive()
      assert.is(await seen.page.locator('.table.old').count(), 0)
      assert.is(seen.loads, 1)
    })

    test('looks again when it is offline for a while', async (context) => {
      const server = await ServerProcess.start(context)
      const url = `http://127.0.0.1:${server.port}`
      const seen = await SeenPage.open(context, await launchChromium(context), { url })
      await seen.isLive()
      await server.kill()
      await seen.sees('reconnecting: what is shown is old')
      await seen.page.context().setOffline(true)
      await server.start()
      await seen.page.context().setOffline(false)
      await seen.isLive()
      assert.is(seen.loads, 1)
    })
  },
  { timeout: 60_000 },
)
