import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../../src/client/index.ts'
import { type JobList, jobListSchema } from '../../../src/protocol/job-list.ts'
import {
  type ProviderInfo,
  providerInfoSchema,
  syncResultSchema,
} from '../../../src/protocol/provider-info.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { windowCounts, windowCountsOf } from './pipelines/window-counts.ts'
import { Gates } from './support/gates.ts'
import { linesIn, programOptions, temporary } from './support/scene.ts'
import { ServerProcess } from './support/server-process.ts'

const RECORDS = 20_000

/** Of a server that looks at another one five times in a second. */
const settingsOf = (port: number): string => `
background:
  job_status_polling:
    interval_seconds: 0.2
providers:
  - name: lab
    type: millrace
    url: http://127.0.0.1:${port}
    retry: { attempts: 0 }
    breaker: { cooldown_seconds: 0.2, longest_seconds: 0.5 }
`

/** A server in a process of its own that has another one as its provider. */
async function watching(context: TestContext, lab: ServerProcess): Promise<ServerProcess> {
  const settings = join(temporary(context), 'server.yaml')
  writeFileSync(settings, settingsOf(lab.port))
  return ServerProcess.start(context, { env: { MILLRACE_SERVER_SETTINGS: settings } })
}

async function asked(port: number, path: string, method = 'GET'): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { method })
  return response.json()
}

const listed = async (port: number, query = ''): Promise<JobList> =>
  jobListSchema.parse(await asked(port, `/jobs?provider=lab${query}`))

/** The provider, once it is like this. */
async function provider(port: number, wanted: (info: ProviderInfo) => boolean): Promise<ProviderInfo> {
  for (;;) {
    const info = providerInfoSchema.parse(await asked(port, '/providers/lab'))
    if (wanted(info)) return info
  }
}

suite('a job that runs at another server', (test) => {
  test(
    'is seen from its beginning to its end, whichever of the two is killed meanwhile',
    { timeout: 150_000 },
    async (context) => {
      const gates = await Gates.open(context)
      const lab = await ServerProcess.start(context)
      const here = await watching(context, lab)
      const output = join(lab.folder, 'out')
      const settings = { records: RECORDS, gates: gates.url, at: [7_000, 14_000], output }
      const env = windowCounts(settings, {
        port: lab.port,
        pollInterval: 100,
        retry: { initial: 50, max: 200 },
        ...programOptions('window-counts', settings),
      })
      context.cleanup(() => env.close())
      gates.shut('at 7000')
      gates.shut('at 14000')
      const waiting = env.submit({ autostop: true })
      await gates.arrived('at 7000')

      const sync = syncResultSchema.parse(await asked(here.port, '/jobs/sync', 'POST'))
      assert.is(sync.message, 'Synced 1 job: 1 new.')
      const [job] = (await listed(here.port)).items
      assert.equal([job?.status, job?.name], ['running', 'window counts'])
      const client = new JobManagerClient({ port: here.port, retry: { initial: 50, max: 200 } })
      context.cleanup(() => client.close())
      const { lines } = await client.jobs.logs(job!.id)
      assert.ok(lines.some(({ text }) => text === 'from 0'))

      // The server where it runs goes: here it is shown as it was, and the list does not wait.
      await lab.kill()
      await provider(here.port, ({ lastError }) => lastError !== null)
      const { items, refresh } = await listed(here.port, '&sync_active=true')
      assert.equal([items[0]?.status, refresh?.notRefreshedTotal], ['running', 1])
      gates.open('at 7000')
      await lab.start()
      await gates.arrived('at 14000')
      await provider(here.port, ({ lastError, lastPollAt }) => lastError === null && lastPollAt !== null)

      // This server goes: the next one looks on.
      await here.kill()
      await here.start()
      await provider(here.port, ({ lastPollAt }) => lastPollAt !== null)
      const over = client.waitForEnd(job!.id)
      gates.open('at 14000')
      const end = await over
      assert.equal([end.status, end.provider], ['completed', 'lab'])
      assert.equal(linesIn(output), windowCountsOf(RECORDS))
      assert.is((await waiting).jobId, end.externalId)

      const transitions = (await client.jobs.transitions(job!.id)).items
      assert.equal([transitions[0]?.from, transitions.at(-1)?.to], [null, 'completed'])
      const text = await (await fetch(`http://127.0.0.1:${here.port}/metrics`)).text()
      assert.match(text, 'millrace_provider_jobs_active{provider="lab"} 0')
    },
  )
})
