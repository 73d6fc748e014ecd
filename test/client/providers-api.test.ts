import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ApiError, ForeignJobError, type JobManagerClient } from '../../src/client/index.ts'
import { startJobManager } from '../../src/jobs/start-job-manager.ts'
import { rejectionOf } from '../job/jobs.ts'
import { listening } from '../providers/support/fake-api.ts'
import { FakeRay } from '../providers/support/fake-ray.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { clientOf } from './support/client-of.ts'

/** A server that is told of a Ray cluster, and of one that is not there. */
async function scene(
  context: TestContext,
): Promise<{ readonly client: JobManagerClient; readonly ray: FakeRay }> {
  const data = mkdtempSync(join(tmpdir(), 'millrace-foreign-'))
  context.cleanup(() => rmSync(data, { recursive: true, force: true }))
  const ray = await listening(context, new FakeRay())
  const server = await startJobManager({
    data,
    port: 0,
    providers: [
      { name: 'cluster', type: 'ray', url: ray.url, retry: { attempts: 0 } },
      { name: 'nowhere', type: 'ray', url: 'http://127.0.0.1:9/', retry: { attempts: 0 } },
    ],
    background: { jobStatusPolling: { enabled: false } },
  })
  context.cleanup(() => server.close())
  return { client: clientOf(context, server, { retry: { attempts: 0 } }), ray }
}

suite('the client and jobs that run elsewhere', (test) => {
  test('finds them, asks how they are, lists and cancels them', async (context) => {
    const { client, ray } = await scene(context)
    const { jobs, providers } = client
    ray.put({ submission_id: 'one', status: 'RUNNING' })
    ray.put({ submission_id: 'two', status: 'PENDING' })
    ray.put({ submission_id: 'three', status: 'DANCING' })
    const cluster = await jobs.sync({ provider: 'cluster' })
    assert.equal([cluster.synced, cluster.updated, cluster.failed], [3, 3, []])
    assert.equal(cluster.unknownStatuses, [{ provider: 'cluster', status: 'DANCING' }])
    assert.equal(
      (await jobs.sync()).failed.map(({ provider }) => provider),
      ['nowhere'],
    )

    const listed = await jobs.list({ provider: ['cluster'], status: ['running'] })
    assert.equal(
      listed.items.map(({ provider, externalId }) => [provider, externalId]),
      [['cluster', 'one']],
    )
    assert.is(listed.refresh, undefined)
    assert.equal((await jobs.list({ provider: ['local'] })).items, [])
    ray.put({ submission_id: 'one', status: 'SUCCEEDED', end_time: 1_647_388_799_000 })
    const fresh = await jobs.list({ provider: ['cluster'], syncActive: true, status: ['completed'] })
    assert.equal(
      fresh.items.map(({ externalId }) => externalId),
      ['one'],
    )
    assert.is(fresh.refresh!.refreshed >= 2, true)
    const all: string[] = []
    for await (const { externalId } of jobs.listAll({ syncActive: true, limit: 1 })) all.push(externalId!)
    assert.equal(all.sort(), ['one', 'three', 'two'])

    const [two] = (await jobs.list({ status: ['queued'] })).items
    ray.put({ submission_id: 'two', status: 'RUNNING' })
    const refreshed = await jobs.refresh(two!.id)
    assert.equal([refreshed.status, refreshed.foreign?.externalStatus], ['running', 'RUNNING'])
    assert.is((await jobs.cancel(two!.id)).status, 'cancelled')
    assert.instance(await rejectionOf(jobs.stop(two!.id)), ForeignJobError)
    assert.is((await client.progress.get(two!.id)).status, 'cancelled')

    const infos = await providers.list()
    assert.equal(
      infos.map(({ name, type, polling }) => [name, type, polling]),
      [
        ['cluster', 'ray', 'off'],
        ['nowhere', 'ray', 'off'],
      ],
    )
    assert.equal((await providers.get('cluster')).unknownStatuses, ['DANCING'])
    assert.is.not((await providers.get('nowhere')).lastError, null)
  })

  test('is told by a code what went wrong', async (context) => {
    const { client, ray } = await scene(context)
    const codeOf = async (work: Promise<unknown>): Promise<readonly unknown[]> => {
      const error = await rejectionOf(work)
      assert.instance(error, ApiError)
      return [(error as ApiError).status, (error as ApiError).code]
    }
    assert.equal(await codeOf(client.jobs.sync({ provider: 'nobody' })), [404, 'ERR_PROVIDER_NOT_FOUND'])
    assert.equal(await codeOf(client.providers.get('nobody')), [404, 'ERR_PROVIDER_NOT_FOUND'])
    ray.put({ submission_id: 'one', status: 'RUNNING' })
    await client.jobs.sync()
    const [job] = (await client.jobs.list()).items
    await ray.kill()
    assert.equal(await codeOf(client.jobs.refresh(job!.id)), [503, 'ERR_PROVIDER_UNAVAILABLE'])
    assert.equal(await codeOf(client.jobs.cancel(job!.id)), [503, 'ERR_PROVIDER_UNAVAILABLE'])
  })
})
