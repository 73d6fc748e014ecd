import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../src/client/index.ts'
import { startJobManager } from '../../src/jobs/index.ts'
import { SqliteJobStore } from '../../src/jobs/store/sqlite-job-store.ts'
import type { ObservedJob } from '../../src/providers/job-provider.ts'
import { temporary } from '../jobs/end-to-end/support/scene.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { bait, hostile } from './programs/hostile.ts'
import { launchChromium } from './support/chromium.ts'
import { SeenPage } from './support/seen-page.ts'

const token = 'a-token-that-is-long-enough'
const long = `${bait} ${'without-an-end-'.repeat(20)}`.slice(0, 200)

/** Puts a job into a store of which all that its provider tells is made to be taken for markup. */
function seedForeign(data: string): void {
  mkdirSync(data)
  const store = new SqliteJobStore({ file: join(data, 'jobs.db') })
  const job: ObservedJob = {
    externalId: bait,
    name: long,
    status: 'failed',
    externalStatus: bait,
    cost: { amount: 1, unit: bait },
    url: 'javascript:alert(1)',
    error: {
      name: bait,
      lineage: [bait],
      message: bait,
      stack: bait,
      operator: bait,
      record: bait,
      remedy: bait,
    },
    logs: [{ text: `${bait} ${long}` }],
  }
  store.foreign.observe('elsewhere', [job], { at: Date.now(), cause: bait, create: true })
  store.close()
}

interface Hostile {
  readonly url: string
  readonly places: readonly string[]
}

/** A server on which everything that somebody can name is named by somebody hostile. */
async function hostileServer(context: TestContext): Promise<Hostile> {
  const data = join(temporary(context), 'data')
  seedForeign(data)
  const { url, port, close } = await startJobManager({
    data,
    port: 0,
    token,
    webhooks: { allowPrivate: ['127.0.0.1/32'] },
  })
  context.cleanup(() => close({ drain: false }))
  const admin = new JobManagerClient({ url, token })
  context.cleanup(() => admin.close())
  const mine = await admin.tokens.create({ name: bait.slice(0, 60), scopes: ['admin'] })
  const { id } = await admin.webhooks.create({
    url: `http://127.0.0.1:1/${encodeURIComponent(bait)}/${'x'.repeat(300)}`,
    description: long,
    filter: { name: bait },
  })
  await admin.webhooks.test(id)
  const env = hostile({ port, token: mine.token })
  context.cleanup(() => env.close())
  const job = await env.start()
  await job.result.catch(() => {})
  const foreign = (await admin.jobs.list({ provider: ['elsewhere'] })).items[0]!
  const tabs = ['', '/charts', '/logs', '/timeline', '/checkpoints', '/error']
  const places = [
    '/',
    `/?${new URLSearchParams({ name: bait }).toString()}`,
    `/?${new URLSearchParams({ status: bait, provider: bait, sort: bait, page: bait }).toString()}`,
    '/server',
    ...tabs.map((tab) => `/jobs/${job.id}${tab}`),
    ...['', '/logs', '/timeline', '/error'].map((tab) => `/jobs/${foreign.id}${tab}`),
    `/jobs/${encodeURIComponent(bait)}`,
  ]
  return { url, places }
}

suite(
  'what hostile people name',
  (test) => {
    test('is shown as it is in every view, asks for nothing, and fits narrow and wide', async (context) => {
      const { url, places } = await hostileServer(context)
      const browser = await launchChromium(context)
      for (const [colorScheme, width, height] of [
        ['light', 360, 740],
        ['dark', 3840, 2160],
      ] as const) {
        const viewport = { width, height }
        const seen = await SeenPage.open(context, browser, { url, colorScheme, viewport })
        const asked: string[] = []
        seen.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
        await seen.page.getByLabel('Token').fill(token)
        await seen.button('Go on').click()
        await seen.row('img src').first().waitFor()
        let shown = ''
        for (const place of places) {
          await seen.go(place)
          await seen.page.locator('main h1, main .empty, main .trouble').first().waitFor()
          await seen.isLive()
          if (place === '/server')
            await seen.row('img src').getByRole('button', { name: 'Deliveries' }).click()
          await seen.page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
          shown += await seen.page.locator('main').textContent()
          const markup = seen.page.locator('main :is(img, script, iframe, [onerror], a[href^="javascript"])')
          assert.is(await markup.count(), 0, place)
          const wider = await seen.page.evaluate('document.scrollingElement.scrollWidth - innerWidth')
          assert.is(wider, 0, `${place} is wider than ${width}`)
        }
        for (const word of ['job', 'source', 'one', 'two'])
          assert.ok(shown.includes(`${bait} ${word}`), `${word} is not to be seen`)
        assert.equal(
          asked.filter((path) => path.endsWith('/x')),
          [],
          'an image was asked for',
        )
      }
    })

    test('is shown as it is where a file is named so, and in questions', async (context) => {
      const { url } = await hostileServer(context)
      const seen = await SeenPage.open(context, await launchChromium(context), { url })
      await seen.page.getByLabel('Token').fill(token)
      await seen.button('Go on').click()
      await seen.row('img src').first().waitFor()
      const name = `${bait}.millrace`.replaceAll('/', '-')
      const dropped = await seen.page.evaluateHandle(`(() => {
        const transfer = new DataTransfer()
        transfer.items.add(new File(['{'], ${JSON.stringify(name)}))
        return transfer
      })()`)
      await seen.page.dispatchEvent('body', 'drop', { dataTransfer: dropped })
      await seen.page.locator('.notice').getByText(`${name} was not submitted.`).waitFor()
      await seen.page.getByRole('checkbox', { name: 'Choose all of this page' }).check()
      await seen.button('Delete').click()
      const question = seen.page.getByRole('dialog')
      assert.match((await question.textContent())!, bait)
      assert.is(await question.locator('img, script').count(), 0)
    })
  },
  { timeout: 120_000 },
)
