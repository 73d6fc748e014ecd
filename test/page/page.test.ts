import * as assert from 'uvu/assert'
import { windowCounts } from '../jobs/end-to-end/pipelines/window-counts.ts'
import { programOptions, Scene } from '../jobs/end-to-end/support/scene.ts'
import { ServerProcess } from '../jobs/end-to-end/support/server-process.ts'
import { suite } from '../support/suite.ts'
import { hostile } from './programs/hostile.ts'
import { assertAccessible } from './support/accessible.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

/** Of all that a browser loads, compressed. */
const MOST_BYTES = 200_000

suite(
  'the page',
  (test) => {
    test('is small, asks nobody else, and may be kept where its name says what is in it', async (context) => {
      const { url } = await Scene.open(context)
      const html = await fetch(url, { headers: { 'accept-encoding': 'br' } })
      assert.match(html.headers.get('content-security-policy')!, /default-src 'none'/)
      assert.not.match(html.headers.get('content-security-policy')!, /unsafe|\*/)
      const text = await html.text()
      const assets = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!)
      assert.is(assets.length, 3)
      let bytes = 0
      for (const path of assets) {
        const answer = await fetch(url + path, { headers: { 'accept-encoding': 'br' } })
        assert.is(answer.headers.get('content-encoding'), 'br')
        assert.match(answer.headers.get('cache-control')!, /immutable/)
        bytes += Number(answer.headers.get('content-length'))
        await answer.arrayBuffer()
        const again = await fetch(url + path, { headers: { 'if-none-match': answer.headers.get('etag')! } })
        assert.is(again.status, 304)
      }
      assert.ok(bytes > 10_000 && bytes < MOST_BYTES, `${bytes} bytes`)
      const gone = await fetch(`${url}/assets/page-000000000000.js`)
      assert.is(gone.status, 404)
      assert.match(gone.headers.get('content-type')!, /problem\+json/)
    })

    test('says so while its server is gone, and comes back by itself', async (context) => {
      const server = await ServerProcess.start(context)
      const browser = await launchChromium(context)
      const seen = await SeenPage.open(context, browser, { url: `http://127.0.0.1:${server.port}` })
      await seen.isLive()
      await server.kill()
      await seen.sees('reconnecting: what is shown is old')
      await seen.page.locator('.table.old').waitFor()
      await server.start()
      await seen.isLive()
      const env = hostile({ port: server.port })
      context.cleanup(() => env.close())
      await (await env.start()).result.catch(() => {})
      await seen.page.locator('tbody .status.bad').waitFor()
      assert.is(seen.loads, 1)
    })

    test('asks for a token where one is needed', async (context) => {
      const token = 'a-token-that-is-long-enough'
      const scene = await Scene.open(context, { token })
      const browser = await launchChromium(context)
      const seen = await SeenPage.open(context, browser, { url: scene.url })
      const field = seen.page.getByLabel('Token')
      await field.fill('another-token-that-is-wrong')
      await seen.button('Go on').click()
      await seen.sees('It does not know the one it was given.')
      await field.fill(token)
      await seen.button('Go on').click()
      await seen.sees('There are no jobs yet.')
      await seen.isLive()
      await seen.page.reload()
      await seen.sees('There are no jobs yet.')
    })

    test('can be used by everybody, in light and dark, narrow and wide', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      const failing = hostile({ port: scene.port })
      context.cleanup(() => failing.close())
      const failed = await failing.start()
      await failed.result.catch(() => {})
      const settings = { records: 9_000, gates: scene.gates.url, at: [7_000], output: `${scene.folder}/out` }
      const env = windowCounts(settings, { port: scene.port, ...programOptions('window-counts', settings) })
      context.cleanup(() => env.close())
      scene.gates.shut('at 7000')
      const job = await env.start()
      await scene.gates.arrived('at 7000')
      const places = [
        '/',
        '/server',
        `/jobs/${job.id}`,
        `/jobs/${job.id}/charts`,
        `/jobs/${job.id}/checkpoints`,
        `/jobs/${job.id}/dead-letters`,
        `/jobs/${failed.id}/logs`,
        `/jobs/${failed.id}/timeline`,
        `/jobs/${failed.id}/error`,
      ]
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 360],
      ] as const) {
        const seen = await SeenPage.open(context, browser, {
          url: scene.url,
          colorScheme,
          reducedMotion: 'reduce',
          viewport: { width, height: 800 },
        })
        for (const place of places) {
          await seen.go(place)
          await seen.isLive()
          await seen.page.locator('main h1, main .empty').first().waitFor()
          await assertAccessible(seen.page, `${place} ${colorScheme}`)
          const wider = await seen.page.evaluate('document.documentElement.scrollWidth - innerWidth')
          assert.is(wider, 0, `${place} is wider than ${width}`)
        }
      }
      scene.gates.open('at 7000')
      await job.result
    })
  },
  { timeout: 120_000 },
)
