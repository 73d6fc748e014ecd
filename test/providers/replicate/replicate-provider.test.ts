import * as assert from 'uvu/assert'
import { ProviderAnswerError, ProviderUnavailableError } from '../../../src/errors/provider-errors.ts'
import { rejectionOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { providerContract } from '../support/provider-contract.ts'
import { bare, replicateScene } from '../support/scenes.ts'
import { token } from '../support/token.ts'

providerContract('Replicate', replicateScene)

const id = 'gm3qorzdhgbfurvjtvhg6dckhu'

suite('predictions of Replicate', (test) => {
  test('are told with what Replicate knows of them', async (context) => {
    const { api, provider } = await replicateScene(context)
    api.put({
      id,
      status: 'succeeded',
      started_at: '2023-09-08T16:19:34.779176Z',
      completed_at: '2023-09-08T16:19:34.791859Z',
      metrics: { predict_time: 0.012683, total_time: 0.025366 },
      logs: 'Using seed: 1\n100%|##########| 50/50',
    })
    assert.equal(await provider.get(id, context), {
      externalId: id,
      status: 'completed',
      externalStatus: 'succeeded',
      name: 'replicate/hello-world',
      submittedAt: '2023-09-08T16:19:34.765Z',
      startedAt: '2023-09-08T16:19:34.779Z',
      endedAt: '2023-09-08T16:19:34.791Z',
      cost: { amount: 0.012683, unit: 'seconds' },
      url: `https://replicate.com/p/${id}`,
      logs: [{ text: 'Using seed: 1' }, { text: '100%|##########| 50/50' }],
    })
  })

  test('cost money where a price is known', async (context) => {
    const { api } = await replicateScene(context)
    const price = { perSecond: 0.000225, currency: 'USD' }
    const url = `${api.url}v1/`
    const provider = bare(context, { name: 'r', type: 'replicate', url, token, price })
    api.put({ id, status: 'succeeded', metrics: { predict_time: 12 } })
    assert.equal((await provider.get(id, context)).cost, { amount: 0.0027, unit: 'USD' })
  })

  test('fail with their error, and are aborted or cancelled without one', async (context) => {
    const { api, provider } = await replicateScene(context)
    api.put({ id: 'a', status: 'failed', error: 'CUDA out of memory', metrics: { predict_time: 3 } })
    api.put({ id: 'b', status: 'aborted' })
    api.put({ id: 'c', status: 'canceled', error: null })
    assert.is((await provider.get('a', context)).error?.message, 'CUDA out of memory')
    assert.equal((await provider.get('a', context)).cost, { amount: 3, unit: 'seconds' })
    for (const other of ['b', 'c']) {
      const job = await provider.get(other, context)
      assert.is(job.status, 'cancelled')
      assert.not.ok('error' in job)
    }
  })

  test('of a status that nobody knows keep it, and others of a page are there', async (context) => {
    const { api, provider } = await replicateScene(context)
    api.put({ id: 'a', status: 'booting' })
    api.odd.push({ id: 'no status' }, 'nonsense', { status: 'failed' })
    const { jobs, unreadable } = await provider.list({ limit: 10 }, context)
    assert.equal(
      jobs.map(({ status, externalStatus }) => [status, externalStatus]),
      [[null, 'booting']],
    )
    assert.is(unreadable?.length, 3)
  })

  test('are asked for where the provider is, wherever the next page is said to be', async (context) => {
    const { api, provider, add } = await replicateScene(context)
    api.pageSize = 2
    api.host = 'https://evil.example'
    for (let i = 0; i < 4; i++) await add('running')
    const first = await provider.list({ limit: 10 }, context)
    assert.is(first.jobs.length, 2)
    const second = await provider.list({ limit: 10, cursor: first.next! }, context)
    assert.is(second.jobs.length, 2)
    assert.is(second.next, null)
    assert.equal(
      api.requests.map(({ path }) => path),
      ['/v1/predictions', '/v1/predictions?cursor=Mg%3D%3D'],
    )
  })

  test('whose next page is none, or the same again, cannot be read', async (context) => {
    const { api, provider } = await replicateScene(context)
    const page = (next: unknown): string => JSON.stringify({ results: [], next })
    api.faults.on(/./, { status: 200, body: page('https://api.replicate.com/v1/predictions') })
    assert.instance(await rejectionOf(provider.list({ limit: 1 }, context)), ProviderAnswerError)
    api.faults.on(/./, { status: 200, body: page('/v1/predictions?cursor=abc') })
    const again = provider.list({ limit: 1, cursor: '0:abc' }, context)
    assert.match(String(await rejectionOf(again)), 'the next page is the page itself')
  })

  test('say in a sentence when the limit of requests is over', async (context) => {
    const { api, provider } = await replicateScene(context)
    const body = '{"detail":"Request was throttled. Your rate limit resets in ~30s."}'
    api.faults.on(/./, { status: 429, body })
    const error = await rejectionOf(provider.list({ limit: 1 }, context))
    assert.instance(error, ProviderUnavailableError)
    assert.is((error as ProviderUnavailableError).retryAfter, 30_000)
    assert.match((error as Error).message, 'Your rate limit resets in ~30s.')
  })

  test('that echo the token tell it to nobody', async (context) => {
    const { api, provider } = await replicateScene(context)
    api.put({ id, status: 'failed', error: `no: ${token}`, logs: `Bearer ${token}\n`, model: token })
    const { jobs } = await provider.list({ limit: 1 }, context)
    const lines = await provider.logs(id, { after: 0, limit: 1 }, context)
    assert.not.match(JSON.stringify([jobs, lines, await provider.get(id, context)]), token)
  })
})
