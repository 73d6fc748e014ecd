import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import * as assert from 'uvu/assert'
import type { RunningJobManager } from '../../../src/jobs/start-job-manager.ts'
import { startJobManager } from '../../../src/jobs/start-job-manager.ts'
import { submission } from '../../jobs/server/fake-manager.ts'
import { chaoticProxy } from '../../support/chaotic-proxy.ts'
import { suite, type TestContext } from '../../support/suite.ts'

/** A job server with a job that waits, which takes over the jobs of another. */
async function serverBeside({ cleanup }: TestContext, name: string, url: string): Promise<RunningJobManager> {
  const data = mkdtempSync(join(tmpdir(), 'millrace-two-'))
  cleanup(() => rmSync(data, { recursive: true }))
  const server = await startJobManager({
    data,
    port: 0,
    providers: [{ name: 'other', type: 'millrace', url, retry: { attempts: 0 } }],
    background: { jobStatusPolling: { enabled: false }, queueProcessing: { enabled: false } },
  })
  cleanup(() => server.close())
  const job = submission(name)
  for (const { hash } of job.program.files) {
    await server.manager.files.put(hash, Readable.from([Buffer.from('export {}')]))
  }
  server.manager.submit(job, { by: 'a test' })
  return server
}

const jobsOf = ({ manager }: RunningJobManager): readonly string[] =>
  manager
    .list({ limit: 10, sort: 'name' })
    .items.map(({ name, provider, status }) => `${name} at ${provider}: ${status}`)

suite('two real servers that are providers of each other', (test) => {
  test('show the jobs of both, and hand none to and fro', async (context) => {
    const proxy = await chaoticProxy(context, { port: 1 })
    const one = await serverBeside(context, 'apples', proxy.url)
    const two = await serverBeside(context, 'pears', one.url)
    proxy.target = { host: '127.0.0.1', port: two.port }
    for (let i = 0; i < 3; i++) {
      for (const { foreign } of [one, two]) await foreign.sync({ by: 'a test' })
    }
    assert.equal(jobsOf(one), ['apples at local: queued', 'pears at other: queued'])
    assert.equal(jobsOf(two), ['apples at other: queued', 'pears at local: queued'])

    const pears = one.manager.list({ limit: 1, name: 'pears' }).items[0]!
    await one.foreign.cancel(pears.id, 'nobody likes them')
    await two.foreign.sync({ by: 'a test' })
    assert.equal(jobsOf(one), ['apples at local: queued', 'pears at other: cancelled'])
    assert.equal(jobsOf(two), ['apples at other: queued', 'pears at local: cancelled'])
  })
})
