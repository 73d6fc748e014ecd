import * as assert from 'uvu/assert'
import { Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite } from '../support/suite.ts'
import { slowMiddle } from './programs/slow-middle.ts'
import { assertAccessible } from './support/accessible.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

/** `93 %` */
const shareIn = (text: string | null): number => Number(/(\d+) %/.exec(text ?? '')?.[1] ?? NaN)

suite(
  'what operators do, on the page of a job',
  (test) => {
    test('is drawn, said in words, and told of each subtask and of event time', async (context) => {
      const scene = await Scene.open(context)
      const browser = await launchChromium(context)
      const env = slowMiddle({ port: scene.port })
      context.cleanup(() => env.close())
      const job = await env.start()
      context.cleanup(() => job.cancel())
      const seen = await SeenPage.open(context, browser, { url: scene.url, path: `/jobs/${job.id}` })
      await seen.isLive()
      await seen.sees('waiting for records')
      await seen.sees('slow is the slowest')
      const slow = seen.page.locator('.graph .node').filter({ hasText: 'slow' })
      assert.match(
        (await slow.getAttribute('aria-description'))!,
        /busy \d+ %, held back \d+ %, waiting \d+ %/,
      )
      assert.is(await slow.locator('.activity').count(), 1)

      const cells = async (name: string): Promise<readonly string[]> =>
        seen.page.locator('.books tbody tr').filter({ hasText: name }).first().locator('td').allTextContents()
      const [numbers, middle, behind] = await Promise.all(['numbers', 'slow', 'behind'].map(cells))
      const [busy, held, waiting] = [8, 9, 10]
      assert.ok(shareIn(middle![busy]!) > 50, middle!.join())
      assert.ok(shareIn(numbers![held]!) > 50, numbers!.join())
      assert.ok(shareIn(behind![waiting]!) > 50, behind!.join())
      assert.equal(numbers!.slice(11), ['', ''], 'a source has no event time')
      assert.match(behind![12]!, /^2026-01-01 00:00:\d\d$/)
      assert.match(behind![11]!, /\d+ (d|h|min)/)

      const open = seen.button('Subtasks of slow')
      assert.is(await open.getAttribute('aria-expanded'), 'false')
      assert.is(await seen.page.locator('.subtask').count(), 0)
      await open.press('Enter')
      assert.is(await open.getAttribute('aria-expanded'), 'true')
      assert.equal(await seen.page.locator('.subtask th').allTextContents(), ['subtask 0', 'subtask 1'])
      await assertAccessible(seen.page, 'with subtasks')
      await open.press('Enter')
      assert.is(await seen.page.locator('.subtask').count(), 0)
      await job.cancel()
      await seen.page.locator('.job-head').getByText('cancelled').waitFor()
      await seen.page.locator('.graph .activity').first().waitFor({ state: 'detached' })
      assert.equal(
        await seen.page.locator('.books thead th').allTextContents(),
        ['Operator', 'In', 'Out', 'Dropped', 'Dead letters', 'Errors', 'Watermark (UTC)'],
        'of a job that is over nothing is told as if it were now',
      )
    })
  },
  { timeout: 120_000 },
)
