import * as assert from 'uvu/assert'
import { ProviderAnswerError, ProviderCannotError } from '../../../src/errors/provider-errors.ts'
import type { GenericParts } from '../../../src/providers/generic/generic-config.ts'
import type { JobProvider } from '../../../src/providers/job-provider.ts'
import { rejectionOf } from '../../job/jobs.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { type Answer, type Exchange, FakeApi, listening } from '../support/fake-api.ts'
import { genericParts } from '../support/fake-generic.ts'
import { providerContract } from '../support/provider-contract.ts'
import { bare, genericScene } from '../support/scenes.ts'
import { token } from '../support/token.ts'

providerContract('any HTTP API', genericScene)

const fields = { id: 'id', status: 'status' } as const

/** A provider of an API with one route, whose list is as told. */
async function apiWith(
  context: TestContext,
  list: (exchange: Exchange) => Answer,
  parts: Partial<GenericParts> = {},
): Promise<{ readonly api: FakeApi; readonly provider: JobProvider }> {
  const api = await listening(context, new FakeApi([[/^GET \/jobs/, list]]))
  const config = {
    name: 'any',
    type: 'http',
    url: api.url,
    get: { path: 'jobs/{id}' },
    fields,
    ...parts,
  } as const
  return { api, provider: bare(context, config) }
}

/** The ids of all pages. */
async function allOf(provider: JobProvider, limit: number, call: TestContext): Promise<readonly string[]> {
  const ids: string[] = []
  for (let cursor: string | undefined; ;) {
    const { jobs, next } = await provider.list({ limit, ...(cursor === undefined ? {} : { cursor }) }, call)
    ids.push(...jobs.map(({ externalId }) => externalId))
    if (next === null) return ids
    cursor = next
  }
}

const seven = Array.from({ length: 7 }, (_, index) => ({ id: `j${index}`, status: 'running' }))
const ids = seven.map(({ id }) => id)

suite('jobs of any HTTP API', (test) => {
  test('are read where the configuration says', async (context) => {
    const { api, provider } = await genericScene(context)
    api.put({
      meta: { uid: 'a', 'display/name': 'nightly', generation: 12 },
      state: { phase: 'BROKEN', reason: { message: 'exit code 1' } },
      created: 1_700_000_000,
      began: 1_700_000_001.5,
      ended: 1_700_000_002,
      attempts: 2,
      spent: { usd: 0.25 },
      link: 'https://batch.example/a',
    })
    assert.equal(await provider.get('a', context), {
      externalId: 'a',
      status: 'failed',
      externalStatus: 'BROKEN',
      name: 'nightly',
      version: 12,
      submittedAt: '2023-11-14T22:13:20.000Z',
      startedAt: '2023-11-14T22:13:21.500Z',
      endedAt: '2023-11-14T22:13:22.000Z',
      restarts: 2,
      cost: { amount: 0.25, unit: 'USD' },
      error: { name: 'ForeignJobError', lineage: [], message: 'exit code 1' },
      url: 'https://batch.example/a',
    })
  })

  test('say nothing of what is missing, or is of another kind', async (context) => {
    const { api, provider } = await genericScene(context)
    const odd = {
      meta: { uid: 'a', generation: -1 },
      state: { phase: 'Paused' },
      created: [],
      link: 'javascript:1',
    }
    api.put(odd as never)
    assert.equal(await provider.get('a', context), {
      externalId: 'a',
      status: null,
      externalStatus: 'Paused',
    })
  })

  test('that cannot be understood lose no others', async (context) => {
    const { api, provider, add } = await genericScene(context)
    api.odd.push(null, { meta: {} }, { meta: { uid: 'x' }, state: {} })
    await add('running')
    const { jobs, unreadable } = await provider.list({ limit: 10 }, context)
    assert.is(jobs.length, 1)
    assert.equal(unreadable, [
      'job 1 of the list: there is no id at /meta/uid',
      'job 2 of the list: there is no id at /meta/uid',
      'job 3 of the list: there is no status at state.phase',
    ])
  })

  test('come in pages by number', async (context) => {
    const page = ({ url }: Exchange): Answer => {
      const from = Number(url.searchParams.get('p')) * 3
      return { body: seven.slice(from, from + 3) }
    }
    const next = { style: 'page', first: 0 } as const
    const { api, provider } = await apiWith(context, page, {
      list: { path: 'jobs?p={page}', next, pageSize: 3 },
    })
    assert.equal(await allOf(provider, 100, context), ids)
    assert.equal(await allOf(provider, 2, context), ids)
    assert.is(api.requests[1]?.path, '/jobs?p=1')
  })

  test('come in pages by what is before them', async (context) => {
    const page = ({ url }: Exchange): Answer => {
      const from = Number(url.searchParams.get('skip'))
      return { body: seven.slice(from, from + Number(url.searchParams.get('n'))) }
    }
    const list = { path: '/jobs?skip={offset}&n={limit}', next: { style: 'offset' }, pageSize: 3 } as const
    const { provider } = await apiWith(context, page, { list })
    assert.equal(await allOf(provider, 100, context), ids)
  })

  test('come in pages by a URL, and by a Link header', async (context) => {
    const page = ({ url }: Exchange): Answer => {
      const from = Number(url.searchParams.get('from') ?? 0)
      const next = from + 3 < seven.length ? `/jobs?from=${from + 3}` : null
      const link = `<${url.origin}/jobs>; rel="first"${next === null ? '' : `, <${next}>; title="a"; rel="next last"`}`
      return { body: { jobs: seven.slice(from, from + 3), next }, headers: { link } }
    }
    for (const next of [{ style: 'url', at: '/next' }, { style: 'link' }] as const) {
      const { provider } = await apiWith(context, page, { list: { path: 'jobs', items: 'jobs', next } })
      assert.equal(await allOf(provider, 100, context), ids)
      assert.equal(await allOf(provider, 2, context), ids)
    }
  })

  test('come all at once, and are put in order and cut into pages', async (context) => {
    const mixed = seven.map((job, index) => ({ ...job, at: `2025-01-0${((index * 3) % 7) + 1}T00:00:00` }))
    const { api, provider } = await apiWith(context, () => ({ body: mixed }), {
      list: { path: 'jobs?max={limit}' },
      fields: { ...fields, submittedAt: 'at' },
    })
    const newestFirst = [...mixed].sort((a, b) => b.at.localeCompare(a.at)).map(({ id }) => id)
    assert.equal(await allOf(provider, 2, context), newestFirst)
    assert.is(api.requests.length, 1)
  })

  test('are not asked for at another host', async (context) => {
    for (const next of [
      'https://evil.example/jobs',
      '//evil.example/jobs',
      'http://user:secret@127.0.0.1/jobs',
    ]) {
      const { provider } = await apiWith(context, () => ({ body: { jobs: seven, next } }), {
        list: { path: 'jobs', items: 'jobs', next: { style: 'url', at: 'next' } },
      })
      const error = await rejectionOf(provider.list({ limit: 10 }, context))
      assert.instance(error, ProviderAnswerError)
      assert.not.match(String(error), 'secret')
      const forged = provider.list({ limit: 10, cursor: `0:https://evil.example/` }, context)
      assert.instance(await rejectionOf(forged), ProviderAnswerError)
    }
  })

  test('cannot be listed, cancelled or read of where nobody has said how', async (context) => {
    const { provider } = await apiWith(context, () => ({ body: { id: 'a', status: 'running' } }))
    assert.equal(provider.capabilities, { list: false, cancel: false, logs: false })
    assert.is((await provider.get('a', context)).status, 'running')
    const refused = [
      provider.list({ limit: 1 }, context),
      provider.cancel('a', context),
      provider.logs('a', { after: 0, limit: 1 }, context),
    ]
    for (const work of refused) assert.instance(await rejectionOf(work), ProviderCannotError)
  })

  test('have logs in JSON, as a text or line by line', async (context) => {
    const log = [{ msg: 'one', ts: 1_700_000_000_000 }, 'two', { other: 1 }, { msg: 4 }]
    const answer = ({ url }: Exchange): Answer => ({
      body: url.pathname.endsWith('/log') ? { log, text: 'a\nb' } : { id: 'a', status: 'completed' },
    })
    const lines = { path: 'jobs/{id}/log', at: 'log', text: 'msg', time: 'ts' }
    const { provider } = await apiWith(context, answer, { logs: lines })
    assert.equal(await provider.logs('a', { after: 0, limit: 3 }, context), [
      { text: 'one', at: '2023-11-14T22:13:20.000Z' },
      { text: 'two' },
      { text: '' },
    ])
    assert.equal(await provider.logs('a', { after: 3, limit: 3 }, context), [{ text: '4' }])
    const text = await apiWith(context, answer, { logs: { path: 'jobs/{id}/log', at: 'text' } })
    assert.equal(await text.provider.logs('a', { after: 1, limit: 3 }, context), [{ text: 'b' }])
  })

  test('are asked for with the headers and the body that are wanted', async (context) => {
    const api = await listening(context, new FakeApi([[/./, () => ({ body: {} })]]))
    const provider = bare(context, {
      name: 'any',
      type: 'http',
      url: `${api.url}base`,
      token,
      auth: { header: 'x-key', prefix: '' },
      headers: { 'x-team': 'streams' },
      ...genericParts,
      cancel: { path: '/jobs/{id}?force={id}', method: 'PUT', body: { to: 'stop' } },
    })
    await provider.cancel('a b/c', context)
    const [request] = api.requests
    assert.is(request?.path, '/base/jobs/a%20b%2Fc?force=a%20b%2Fc')
    assert.is(request?.headers['x-key'], token)
    assert.is(request?.headers['x-team'], 'streams')
    assert.is(request?.headers['content-type'], 'application/json')
    assert.is(request?.body, '{"to":"stop"}')
  })
})
