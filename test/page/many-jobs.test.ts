import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../src/client/index.ts'
import { startJobManager } from '../../src/jobs/index.ts'
import { jobSortKeys } from '../../src/protocol/job-sort.ts'
import { temporary } from '../jobs/end-to-end/support/scene.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { launchChromium } from './support/chromium.ts'
import { seedJobs } from './support/many-jobs.ts'
import { SeenPage } from './support/seen-page.ts'

const COUNT = 10_000
const PAGE = 50

interface ManyJobs {
  readonly client: JobManagerClient
  readonly seen: SeenPage
  /** Names of the jobs that are shown, from the top. */
  readonly names: () => Promise<readonly string[]>
  /** Of every answer with jobs, so many. */
  readonly sizes: readonly number[]
}

async function open(context: TestContext, path = '/'): Promise<ManyJobs> {
  const data = join(temporary(context), 'data')
  mkdirSync(data)
  seedJobs(data, COUNT)
  const { url, close } = await startJobManager({ data, port: 0 })
  context.cleanup(() => close({ drain: false }))
  const client = new JobManagerClient({ url })
  context.cleanup(() => client.close())
  const seen = await SeenPage.open(context, await launchChromium(context), { url, path })
  const sizes: number[] = []
  seen.page.on('response', (response) => {
    if (!/\/api\/v1\/jobs\?/.test(response.url())) return
    void response.json().then(
      ({ items }: { items: readonly unknown[] }) => sizes.push(items.length),
      () => {},
    )
  })
  const names = (): Promise<readonly string[]> => seen.page.locator('tbody .name a').allTextContents()
  return { client, seen, names, sizes }
}

suite(
  'the page of ten thousand jobs',
  (test) => {
    test('goes forth and back, to the end and to the beginning, by keys and by the address', async (context) => {
      const { seen, names, sizes } = await open(context)
      await seen.sees('1 to 50 of 10,000')
      assert.is(await seen.page.locator('.toolbar .faint').textContent(), '10,000')
      const first = await names()
      assert.equal([first.length, first[0], first[49]], [PAGE, 'letters 9999', 'prices 9950'])
      assert.is(await seen.button('Back').getAttribute('aria-disabled'), 'true')
      await seen.button('Next').focus()
      await seen.page.keyboard.press('Enter')
      await seen.sees('51 to 100 of 10,000')
      await seen.row('letters 9949').waitFor()
      await seen.page.keyboard.press('Space')
      await seen.row('letters 9899').waitFor()
      await seen.button('Back').click()
      await seen.row('letters 9949').waitFor()
      await seen.page.goBack()
      await seen.row('letters 9899').waitFor()

      await seen.button('Last').focus()
      await seen.page.keyboard.press('Enter')
      await seen.sees('9,951 to 10,000 of 10,000')
      await seen.row('letters 49').waitFor()
      const last = await names()
      assert.equal([last.length, last[0], last[49]], [PAGE, 'letters 49', 'prices 0'])
      assert.is(await seen.button('Next').getAttribute('aria-disabled'), 'true')
      assert.is(await seen.page.evaluate('document.activeElement.textContent'), 'Last', 'the focus stays')
      await seen.page.reload()
      await seen.row('letters 49').waitFor()
      await seen.button('First').click()
      await seen.row('letters 9999').waitFor()
      await seen.go('/?page=7000')
      await seen.row('letters 49').waitFor()
      await seen.page.waitForURL(/page=200$/)
      assert.ok(sizes.length >= 8 && Math.max(...sizes) === PAGE, `${sizes.join()} jobs were asked for`)
    })

    test('is sorted by every heading, both ways', async (context) => {
      const { client, seen, names } = await open(context)
      await seen.row('letters 9999').waitFor()
      const headings = { Job: 'name', Status: 'status', Duration: 'duration', Restarts: 'restarts' } as const
      for (const [heading, key] of [...Object.entries(headings), ['Submitted', 'submitted'] as const]) {
        assert.ok(jobSortKeys.includes(key))
        for (const [sort, way] of [
          [`-${key}`, 'descending'],
          [key, 'ascending'],
        ] as const) {
          await seen.page.locator('th button.sort', { hasText: heading }).click()
          await seen.page.locator(`th[aria-sort=${way}]`, { hasText: heading }).waitFor()
          const expected = (await client.jobs.list({ sort, limit: PAGE })).items.map(({ name }) => name)
          await seen.page.locator('tbody tr:first-child', { hasText: expected[0]! }).waitFor()
          assert.equal(await names(), expected, sort)
        }
      }
      await seen.button('Last').click()
      await seen.page.locator('tbody tr:last-child', { hasText: 'letters 9999' }).waitFor()
    })

    test('is searched and filtered, and counts what is found', async (context) => {
      const { seen, names } = await open(context, '/?page=3')
      await seen.sees('101 to 150 of 10,000')
      await seen.page.keyboard.press('/')
      await seen.page.keyboard.type('PRICES 9')
      await seen.sees('1 to 50 of 222')
      assert.is((await names())[0], 'prices 9995')
      await seen.page.getByText('Any status').click()
      await seen.page.getByRole('checkbox', { name: 'failed' }).check()
      await seen.sees('1 to 50 of 55')
      await seen.button('Last').click()
      await seen.sees('51 to 55 of 55')
      assert.ok((await names()).every((name) => /^prices 9\d*[5]$/.test(name)))
      await seen.button('Show all').click()
      await seen.sees('1 to 50 of 10,000')
    })
  },
  { timeout: 120_000 },
)
