import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { type GenericProviderConfig, startJobManager } from '../../../src/jobs/index.ts'
import { suite, type TestContext } from '../../support/suite.ts'

const JOBS = 10_000

interface Api {
  readonly url: string
  /** Resolves when so many jobs have been asked for, each by itself. */
  asked(count: number): Promise<void>
}

/** A place with ten thousand jobs, of which every hundredth is over once all have been listed. */
async function api({ cleanup }: TestContext): Promise<Api> {
  let listed = 0
  const asked = new Set<number>()
  let look = (): void => {}
  const jobAt = (number: number): object => {
    const over = listed >= JOBS && number % 100 === 0
    return { id: `job-${number}`, status: over ? 'succeeded' : 'running', name: `training ${number}` }
  }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const [, number] = /^\/jobs\/job-(\d+)$/.exec(pathname) ?? []
    if (number !== undefined) {
      response.end(JSON.stringify(jobAt(Number(number))))
      asked.add(Number(number))
      return look()
    }
    const from = Number(searchParams.get('offset') ?? 0)
    const count = Math.max(0, Math.min(JOBS - from, 100))
    response.end(JSON.stringify(Array.from({ length: count }, (_, i) => jobAt(from + i))))
    if (listed < JOBS) listed += count
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanup(async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: (count) =>
      new Promise((resolve) => {
        look = () => void (asked.size >= count && resolve())
      }),
  }
}

const lab = (url: string): GenericProviderConfig => ({
  ...{ name: 'lab', type: 'http', url, statuses: { succeeded: 'completed' } },
  // The machine may have other things to do than to answer.
  timeout: 60_000,
  list: { path: '/jobs?offset={offset}', next: { style: 'offset' }, pageSize: 100 },
  get: { path: '/jobs/{id}' },
  fields: { id: 'id', status: 'status', name: 'name' },
})

suite(
  'ten thousand active jobs over HTTP',
  (test) => {
    test('are polled by pages, and one by one where there is no list', async (context) => {
      const { url, asked } = await api(context)
      const data = mkdtempSync(join(tmpdir(), 'millrace-foreign-'))
      context.cleanup(() => rmSync(data, { recursive: true, force: true }))
      const times: Record<string, string> = {}
      const took = async (what: string, work: () => Promise<unknown>): Promise<void> => {
        const [began, cpu] = [performance.now(), process.cpuUsage()]
        await work()
        const { user, system } = process.cpuUsage(cpu)
        const seconds = [(performance.now() - began) / 1e3, (user + system) / 1e6]
        times[what] = seconds.map((each) => `${each.toFixed(1)} s`).join(', CPU ')
      }
      const off = { jobStatusPolling: { enabled: false } }
      const listing = await startJobManager({ data, port: 0, background: off, providers: [lab(url)] })
      context.cleanup(() => listing.close())
      // A machine that is busy needs more time than there is for one of them.
      await took('sync', async () => {
        while (listing.foreign.provider('lab').activeJobs < JOBS)
          await listing.foreign.sync({ by: 'the test', limit: JOBS })
      })
      await took('by pages', () => listing.foreign.refreshActive({ deadline: 60_000 }))
      assert.is(listing.foreign.provider('lab').activeJobs, JOBS - JOBS / 100)
      await listing.close()

      const { list: _, ...single } = lab(url)
      const often = { jobStatusPolling: { interval: 1_000 } }
      const all = asked(JOBS - JOBS / 100)
      const asking = await startJobManager({ data, port: 0, background: often, providers: [single] })
      context.cleanup(() => asking.close())
      await took('one by one', () => all)
      console.log(`${JOBS} jobs: ${JSON.stringify(times)}`)
    })
  },
  { timeout: 300_000 },
)
