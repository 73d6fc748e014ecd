import * as assert from 'uvu/assert'
import type { TapBatch, TapPoint } from '../../../src/runtime/taps/tap-point.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { callable, type Called, isProblem } from './call.ts'

const points: TapPoint[] = [
  { id: 'n0', from: 'n0', to: null },
  { id: 'n0~n1', from: 'n0', to: 'n1' },
]
const batch: TapBatch = {
  records: [{ text: "'<b>'", key: null, eventTime: 7, at: '2025-01-31T12:00:00.000Z' }],
  passed: 9,
}

function setting(
  context: TestContext,
  options: Parameters<typeof callable>[1] = {},
): Called & { id: string } {
  const called = callable(context, { clock: new ManualClock(), ...options })
  const { id } = called.manager.create()
  called.manager.become(id, 'running')
  called.manager.runTaps.heard({ type: 'taps', points })
  return { ...called, id }
}

const streamOf = (id: string, edge = 'n0~n1'): string => `/api/v1/jobs/${id}/taps/${edge}/stream`

/** Reads until there is as much. */
async function read(body: ReadableStream<Uint8Array>, wanted: RegExp): Promise<string> {
  const reader = body.getReader()
  let text = ''
  while (!wanted.test(text)) {
    const { done, value } = await reader.read()
    if (done) throw new Error(`it ended: ${text}`)
    text += new TextDecoder().decode(value)
  }
  reader.releaseLock()
  return text
}

suite('routes of taps', (test) => {
  test('tell where records can be looked at, and ask for none', async (context) => {
    const { call, manager, id } = setting(context)
    const { status, body } = await call(`GET /api/v1/jobs/${id}/taps`)
    assert.is(status, 200)
    assert.equal(body.items, points)
    assert.equal(manager.tapOrders, [])
  })

  test('stream records while somebody looks', async (context) => {
    const { app, manager, id } = setting(context)
    const head = await app.request(streamOf(id), { method: 'HEAD' })
    assert.equal([head.status, manager.tapOrders.length], [200, 0])
    const response = await app.request(streamOf(id))
    assert.is(response.status, 200)
    assert.match(response.headers.get('content-type')!, 'text/event-stream')
    assert.equal(
      manager.tapOrders.map(({ type }) => type),
      ['tap'],
    )
    manager.runTaps.heard({ type: 'tapped', point: 'n0~n1', batch })
    const text = await read(response.body!, /records\n.*\n\n/)
    assert.equal(JSON.parse(/data: (.*)/.exec(text)![1]!), batch)
    await response.body!.cancel()
    assert.equal(
      manager.tapOrders.map(({ type }) => type),
      ['tap', 'untap'],
    )
  })

  test('end their stream when the job does', async (context) => {
    const { app, manager, id } = setting(context)
    const response = await app.request(streamOf(id))
    manager.runTaps.end()
    assert.match(await response.text(), /^retry: \d+\n\n$/)
  })

  test('refuse jobs that do not run, are not there, or run elsewhere, and edges there are not', async (context) => {
    const { call, manager, id } = setting(context)
    for (const path of [`/api/v1/jobs/none/taps`, streamOf('none')])
      isProblem(await call(`GET ${path}`), 404, 'ERR_JOB_NOT_FOUND')
    isProblem(await call(`GET ${streamOf(id, 'n1~n9')}`), 404, 'ERR_TAP_NOT_FOUND')
    const at = 0
    const observed = { externalId: 'their-1', status: 'running' } as const
    manager.store.foreign.observe('ray', [observed], { at, cause: 'a test', create: true })
    const foreign = manager.store.foreign.find('ray', 'their-1')!.id
    manager.become(id, 'completed')
    for (const [job, code] of [
      [foreign, 'ERR_FOREIGN_JOB'],
      [id, 'ERR_JOB_NOT_RUNNING'],
    ] as const) {
      for (const path of [`/api/v1/jobs/${job}/taps`, streamOf(job)])
        isProblem(await call(`GET ${path}`), 409, code)
    }
  })

  test('show records to those only who may submit', async (context) => {
    const token = 'the-token-of-the-start'
    const { call, id } = setting(context, { token, requireToken: true })
    const authorization = { Authorization: `Bearer ${token}` }
    const made = await call('POST /api/v1/tokens', {
      headers: authorization,
      json: { name: 'onlooker', scopes: ['read'] },
    })
    const headers = { Authorization: `Bearer ${made.body.token}` }
    assert.is((await call(`GET /api/v1/jobs/${id}/taps`, { headers })).status, 200)
    isProblem(await call(`GET ${streamOf(id)}`, { headers }), 403, 'ERR_FORBIDDEN')
    isProblem(await call(`GET ${streamOf(id)}`), 401, 'ERR_UNAUTHENTICATED')
    assert.is((await call(`HEAD ${streamOf(id)}`, { headers: authorization })).status, 200)
  })

  test('hold to the limit of streams for an address, beside that of events', async (context) => {
    const { app, call, id } = setting(context, { limits: { streamsPerAddress: 1 } })
    const events = await app.request('/api/v1/events')
    const first = await app.request(streamOf(id))
    assert.equal([events.status, first.status], [200, 200])
    isProblem(await call(`GET ${streamOf(id, 'n0')}`), 429, 'ERR_SERVER_BUSY')
    await first.body!.cancel()
    const second = await app.request(streamOf(id, 'n0'))
    assert.is(second.status, 200)
    await Promise.all([second.body!.cancel(), events.body!.cancel()])
  })
})
