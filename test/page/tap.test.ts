import * as assert from 'uvu/assert'
import { Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { bait, flowing } from './programs/flowing.ts'
import { assertAccessible } from './support/accessible.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

interface Seen {
  readonly seen: SeenPage
  readonly scene: Scene
  readonly job: { readonly id: string; cancel(): Promise<unknown>; readonly result: Promise<unknown> }
}

/** Resolves when the server has so many streams of records open: it hears a moment later of one that was closed. */
async function streamsAre({ client }: Scene, count: number): Promise<void> {
  while (!(await client.metrics()).includes(`millrace_event_clients{kind="taps"} ${count}\n`));
}

async function open(
  context: TestContext,
  options: Partial<Parameters<typeof SeenPage.open>[2]> = {},
): Promise<Seen> {
  const scene = await Scene.open(context)
  const browser = await launchChromium(context)
  const env = flowing({ port: scene.port })
  context.cleanup(() => env.close())
  const job = await env.start()
  job.result.catch(() => {})
  context.cleanup(() => job.cancel())
  const seen = await SeenPage.open(context, browser, { url: scene.url, path: `/jobs/${job.id}`, ...options })
  await seen.isLive()
  await seen.page.locator('.graph .node').first().waitFor()
  return { seen, scene, job }
}

/** Chooses an operator by keys. */
async function choose({ page }: SeenPage, name: string): Promise<void> {
  await page.locator('.graph .node').filter({ hasText: name }).focus()
  await page.keyboard.press('Enter')
}

suite(
  'records on the page',
  (test) => {
    test('are shown while somebody watches, as what they are', async (context) => {
      const { seen, scene } = await open(context)
      const { page } = seen
      await choose(seen, 'by text')
      const panel = page.getByRole('region', { name: 'Records of by text' })
      await panel.getByText('at most 20 records a second').waitFor()
      assert.match(await scene.client.metrics(), 'millrace_event_clients{kind="taps"} 0\n')
      assert.equal(
        await panel.getByLabel('Where', { exact: true }).locator('option').first().textContent(),
        'what it gives to numbers',
      )

      await seen.button('Watch records').focus()
      await page.keyboard.press('Enter')
      await panel.getByRole('status').filter({ hasText: 'Watching' }).waitFor()
      const row = panel.locator('tbody tr').first()
      const cells = row.locator('td')
      assert.match((await cells.nth(2).textContent())!, `${bait} `)
      assert.match((await cells.nth(3).textContent())!, /^1970-01-01T\d\d:\d\d:\d\d.000Z$/)
      assert.match((await cells.nth(1).textContent())!, /\{ n: \d+, text: .*<script>alert\(1\)<\/script>/)
      assert.is(await page.locator('main img, main script').count(), 0)
      await panel.getByText(/[1-9]\d* went by since/).waitFor()
      await streamsAre(scene, 1)
      await panel.locator('tbody tr').nth(49).waitFor()
      assert.is(await panel.locator('tbody tr').count(), 50)

      await seen.button('Pause').click()
      await seen.button('Resume').waitFor()
      await streamsAre(scene, 0)
      assert.is(await panel.locator('tbody tr').count(), 50)
      await seen.button('Resume').click()
      await panel.getByRole('status').filter({ hasText: 'Watching' }).waitFor()
      await panel.getByRole('button', { name: 'Close' }).click()
      await panel.waitFor({ state: 'detached' })
      await streamsAre(scene, 0)
      assert.ok(await page.evaluate("document.activeElement.classList.contains('node')"))

      await choose(seen, 'ticks')
      await seen.button('Watch records').click()
      await page.getByRole('region').locator('tbody td.record').filter({ hasText: /^\d+$/ }).first().waitFor()
      await seen.link('Log').click()
      await seen.page.getByRole('log').waitFor()
      await streamsAre(scene, 0)
    })

    test('say where they can be looked at instead, and that the job runs no more', async (context) => {
      const { seen, job } = await open(context)
      const { page } = seen
      await choose(seen, 'baits')
      await seen.sees('one loop with its neighbours')
      await page.getByLabel('Where', { exact: true }).selectOption({ label: 'by text to numbers' })
      await seen.button('Watch records').click()
      await page.locator('.taps tbody tr').first().waitFor()
      await job.cancel()
      await seen.sees('Records can be looked at while a job runs')
    })

    test('can be read by everybody, in light and dark, narrow and wide', async (context) => {
      const { seen, scene, job } = await open(context)
      const dark = await SeenPage.open(context, seen.page.context().browser()!, {
        ...{ url: scene.url, path: `/jobs/${job.id}`, colorScheme: 'dark', reducedMotion: 'reduce' },
        viewport: { width: 360, height: 800 },
      })
      for (const [one, where] of [
        [seen, 'light'],
        [dark, 'dark'],
      ] as const) {
        await one.isLive()
        await choose(one, 'by text')
        await one.button('Watch records').click()
        await one.page.locator('.taps tbody tr').first().waitFor()
        await one.button('Pause').click()
        await assertAccessible(one.page, where)
        assert.is(await one.page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, where)
      }
    })
  },
  { timeout: 120_000 },
)
