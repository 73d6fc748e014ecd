import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { Scene } from '../jobs/end-to-end/support/scene.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { troubled } from './programs/troubled.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

async function openTroubled(context: TestContext): Promise<{ scene: Scene; seen: SeenPage; id: string }> {
  const scene = await Scene.open(context)
  const env = troubled({ port: scene.port })
  context.cleanup(() => env.close())
  const job = await env.start()
  await job.result.catch(() => {})
  const seen = await SeenPage.open(context, await launchChromium(context), {
    url: scene.url,
    path: `/jobs/${job.id}`,
  })
  return { scene, seen, id: job.id }
}

suite(
  'the parts of a job',
  (test) => {
    test('are its log, from a level on, of a stream, searched, and as a file', async (context) => {
      const { seen } = await openTroubled(context)
      await seen.link('Log').click()
      const lines = seen.page.locator('.log-line .text')
      const shows = async (word: string, count: number): Promise<void> => {
        await seen.becomes(`document.querySelectorAll('.log-line').length === ${count}`)
        for (const text of await lines.allTextContents()) assert.match(text, word)
      }
      await seen.sees('plain a bad one')
      await seen.page.getByLabel('Which lines').selectOption('stdout')
      const level = seen.page.getByLabel('From which level on')
      // Two records, each in two attempts.
      await level.selectOption('error')
      await shows('cannot take', 4)
      await level.selectOption('debug')
      await seen.page.getByLabel('Search the log').fill('DEBUG')
      await shows('about to look at', 4)
      await level.selectOption('info')
      await seen.sees('No line has that.')
      await seen.page.getByLabel('Search the log').fill('careful')
      await seen.page.getByLabel('Which lines').selectOption('stderr')
      await level.selectOption('warn')
      await shows('careful with', 4)
      const [download] = await Promise.all([
        seen.page.waitForEvent('download'),
        seen.button('Download').click(),
      ])
      assert.is(download.suggestedFilename(), 'troubled.log')
      const file = readFileSync(await download.path(), 'utf8')
      for (const word of ['about to look at', 'plain', 'careful with', 'cannot take'])
        assert.match(file, word)
    })

    test('are its timeline with restarts, and its error with line, record and cause', async (context) => {
      const { seen } = await openTroubled(context)
      await seen.link('Timeline').click()
      const statuses = seen.page.locator('.timeline .status')
      await statuses.filter({ hasText: 'failed' }).waitFor()
      assert.equal(await statuses.allTextContents(), ['queued', 'running', 'restarting', 'running', 'failed'])
      await seen.page.locator('.figures').getByText('Restarts').waitFor()
      await seen.link('Error').click()
      await seen.page.locator('.error-box dd').getByText('checks', { exact: true }).first().waitFor()
      await seen.sees(/troubled\.ts:\d+:\d+/)
      await seen.page.locator('.error-box dd').getByText('a bad one').first().waitFor()
      await seen.sees('caused by')
      await seen.sees('the deeper reason')
      const message = (await seen.page.locator('.error-box .message').first().textContent())!
      assert.not.match(message, /record:|remedy:/, 'these stand below')
      await seen.page.getByText('Stack').last().click()
      await seen.page.locator('.stack').last().getByText('TypeError: the deeper reason').waitFor()
    })

    test('begin again as a new job', async (context) => {
      const { seen, id } = await openTroubled(context)
      await seen.button('Restart').click()
      await seen.sees('This is a new job of the same program.')
      await seen.page.waitForURL((url) => url.pathname.startsWith('/jobs/') && !url.pathname.endsWith(id))
      await seen.page.locator('.job-head').getByText('failed').waitFor()
      await seen.link('Jobs').first().click()
      await seen.page.locator('tbody tr').nth(1).waitFor()
      assert.is(await seen.page.locator('tbody tr').count(), 2)
    })
  },
  { timeout: 90_000 },
)
