import * as assert from 'uvu/assert'
import {
  ApiError,
  IllegalTransitionError,
  JobActiveError,
  JobNotFoundError,
  type MissingFilesError,
  ProtocolError,
  type ServerBusyError,
  ServerUnreachableError,
} from '../../src/client/index.ts'
import { rejectionOf } from '../job/jobs.ts'
import { suite } from '../support/suite.ts'
import { aHash, aSubmission } from './support/a-job.ts'
import { clientOf } from './support/client-of.ts'
import { fakeJobServer } from './support/fake-job-server.ts'
import { problem } from './support/faults.ts'

suite('JobManagerClient.jobs', (test) => {
  test('has a method for everything that can be done to a job', async (context) => {
    const server = await fakeJobServer(context)
    const { jobs } = clientOf(context, server)
    const { id, status } = await jobs.submit(aSubmission)
    assert.is(status, 'queued')
    assert.is((await jobs.get(id)).name, 'licences')
    assert.is((await jobs.cancel(id)).status, 'cancelled')
    assert.is((await jobs.continue(id)).status, 'queued')
    assert.is((await jobs.savepoint(id)).location, 'savepoint-7')
    assert.is((await jobs.stop(id, { savepoint: true })).status, 'stopped')
    assert.equal(
      (await jobs.checkpoints(id)).map((checkpoint) => checkpoint.id),
      [7],
    )
    assert.is((await jobs.transitions(id)).items[0]?.to, 'queued')
    assert.equal(await jobs.history(id, { since: '2025-01-31T12:00:00Z' }), {
      ...{ job: id, interval: 1, points: [] },
    })
    server.log(id, 'one', 'two', 'three')
    const page = await jobs.logs(id, { after: 1, limit: 1 })
    assert.equal([page.lines.map(({ text }) => text), page.first, page.last], [['two'], 1, 3])
    assert.is(new TextDecoder().decode(await jobs.collected(id, 'n1')), 'collected of n1')
    await jobs.delete(id, { force: true })
    assert.instance(await rejectionOf(jobs.get(id)), JobNotFoundError)
    assert.equal(
      server.requests.map(({ method, path, body }) => [method, path, body.slice(0, 20)].join(' ').trim()),
      [
        'POST /api/v1/jobs {"name":"licences","',
        'GET /api/v1/jobs/job-1',
        'POST /api/v1/jobs/job-1/cancel {}',
        'POST /api/v1/jobs/job-1/continue {}',
        'POST /api/v1/jobs/job-1/savepoint {}',
        'POST /api/v1/jobs/job-1/stop {"savepoint":true}',
        'GET /api/v1/jobs/job-1/checkpoints',
        'GET /api/v1/jobs/job-1/transitions',
        'GET /api/v1/jobs/job-1/history?since=2025-01-31T12%3A00%3A00Z',
        'GET /api/v1/jobs/job-1/logs?after=1&limit=1',
        'GET /api/v1/jobs/job-1/collected/n1',
        'DELETE /api/v1/jobs/job-1?force=true',
        'GET /api/v1/jobs/job-1',
      ],
    )
  })

  test('lists page by page, no page before it is wanted', async (context) => {
    const server = await fakeJobServer(context)
    const { jobs } = clientOf(context, server)
    for (let n = 1; n <= 5; n++) server.put({ id: `j${n}`, status: n % 2 ? 'running' : 'failed' })
    const first = await jobs.list({ limit: 2, status: ['running', 'queued'] })
    assert.equal([first.items.map(({ id }) => id), first.total], [['j1', 'j3'], 3])
    assert.is(server.requests[0]?.path, '/api/v1/jobs?limit=2&status=running&status=queued')
    assert.equal((await jobs.list({ limit: 2, status: ['running'], cursor: first.next! })).next, null)

    const seen: string[] = []
    const before = server.requests.length
    for await (const { id } of jobs.listAll({ limit: 2 })) {
      seen.push(id)
      assert.is(server.requests.length - before, Math.ceil(seen.length / 2))
    }
    assert.equal(seen, ['j1', 'j2', 'j3', 'j4', 'j5'])
  })

  test('escapes what it puts into a path', async (context) => {
    const server = await fakeJobServer(context)
    const { jobs } = clientOf(context, server)
    await rejectionOf(jobs.get('../server?x#y'))
    assert.is(server.requests[0]?.path, '/api/v1/jobs/..%2Fserver%3Fx%23y')
  })

  test('finds by what a user may call a job, in the order that is wanted', async (context) => {
    const server = await fakeJobServer(context)
    const { jobs } = clientOf(context, server)
    for (const id of ['ab', 'b', 'ac']) server.put({ id, name: id === 'b' ? 'a' : 'x' })
    const { items } = await jobs.list({ match: 'a', sort: '-ended' })
    assert.equal(
      items.map(({ id }) => id),
      ['ab', 'b', 'ac'],
    )
    assert.is(server.requests[0]?.path, '/api/v1/jobs?match=a&sort=-ended')
  })

  test('restarts a job once, however often that has to be sent', async (context) => {
    const server = await fakeJobServer(context)
    const { jobs } = clientOf(context, server)
    server.put({ name: 'prices', status: 'completed' })
    server.faults.on(/restart/, 'lose')
    const again = await jobs.restart('job-1', { force: true, secrets: { KEY: 'x' } })
    assert.equal([again.id, again.name, again.restartedFrom], ['job-2', 'prices', 'job-1'])
    assert.is(server.count(/restart/), 2)
    assert.is(server.requests.at(-1)?.body, '{"force":true,"secrets":{"KEY":"x"}}')
    assert.is((await jobs.restart('job-1')).id, 'job-3', 'another call is another job')
    assert.instance(await rejectionOf(jobs.restart('nobody')), JobNotFoundError)
  })

  for (const fault of ['reset', 'lose', 'half'] as const) {
    test(`makes one job of a submit that meets a connection that breaks: ${fault}`, async (context) => {
      const server = await fakeJobServer(context)
      const { jobs } = clientOf(context, server)
      server.faults.on(/^POST/, fault, fault)
      const { id } = await jobs.submit(aSubmission)
      assert.is(id, 'job-1')
      assert.is(server.jobs.size, 1)
      assert.is(server.requests.length, 3)
      const keys = new Set(server.requests.map(({ headers }) => headers['idempotency-key']))
      assert.is(keys.size, 1)
      assert.match([...keys][0] as string, /^[0-9a-f-]{36}$/)
      assert.is((await jobs.submit(aSubmission)).id, 'job-2', 'another call is another job')
      assert.is((await jobs.submit(aSubmission, { idempotencyKey: [...keys][0] as string })).id, 'job-1')
    })
  }

  test('gives each submission a key of its own, whatever source of chance its waits have', async (context) => {
    const server = await fakeJobServer(context)
    const random = (): number => 0.5
    for (const { jobs } of [clientOf(context, server, { random }), clientOf(context, server, { random })]) {
      await jobs.submit(aSubmission)
    }
    assert.is(server.jobs.size, 2)
  })

  test('is satisfied when a delete was heard and its answer got lost', async (context) => {
    const server = await fakeJobServer(context)
    const { jobs } = clientOf(context, server)
    server.put()
    server.faults.on(/^DELETE/, 'lose')
    await jobs.delete('job-1')
    assert.is(server.count(/^DELETE/), 2)
    assert.instance(
      await rejectionOf(jobs.delete('job-1')),
      JobNotFoundError,
      'which the first attempt may say',
    )
  })

  test('does not repeat what would be done twice', async (context) => {
    const server = await fakeJobServer(context)
    const { jobs } = clientOf(context, server)
    server.put()
    for (const call of [() => jobs.continue('job-1'), () => jobs.savepoint('job-1')]) {
      server.faults.on(/^POST/, 'lose')
      assert.instance(await rejectionOf(call()), ServerUnreachableError)
    }
    assert.is(server.requests.length, 2)
  })

  test('repeats even that when the server has turned it away', async (context) => {
    const server = await fakeJobServer(context)
    const { jobs } = clientOf(context, server)
    server.put()
    const headers = { 'retry-after': '0' }
    server.faults.on(/^POST/, problem(503, 'ERR_SERVER_BUSY', { headers }), problem(429, 'ERR_X'))
    assert.is((await jobs.continue('job-1')).status, 'queued')
  })

  for (const [name, fault, kind, message] of [
    [
      'by its code',
      problem(409, 'ERR_JOB_ACTIVE', { detail: 'It runs.', remedy: 'Stop it.' }),
      JobActiveError,
      /^It runs\.\n {2}remedy: {3}Stop it\.$/,
    ],
    [
      'that a transition cannot be',
      problem(409, 'ERR_ILLEGAL_TRANSITION', { detail: 'It is over.' }),
      IllegalTransitionError,
      /^It is over\./,
    ],
    [
      'with its fields',
      problem(422, 'ERR_NEW', { detail: 'No.', errors: [{ path: 'a.b', message: 'is wrong' }] }),
      ApiError,
      /^GET \/api\/v1\/jobs\/x was answered 422: No\.\n {2}a\.b: is wrong$/,
    ],
    ['of a proxy', { status: 404, body: '<html>' }, ApiError, /answered 404, by what is no job server/],
    [
      'that leads elsewhere',
      { status: 302, headers: { location: 'http://other/' } },
      ApiError,
      /answered 302[\s\S]*http:\/\/other\//,
    ],
    [
      'that does not fit',
      { status: 200, body: '{"id":"x","process":{"pid":"one"}}' },
      ProtocolError,
      /at name: [\s\S]*at status: [\s\S]*/,
    ],
    ['that is no JSON', { status: 200, body: '<html>' }, ProtocolError, /no JSON/],
  ] as const) {
    test(`tells an answer ${name}`, async (context) => {
      const server = await fakeJobServer(context)
      const { jobs } = clientOf(context, server, { retry: { attempts: 0 } })
      server.faults.on(/^GET/, fault)
      const error = await rejectionOf(jobs.get('x'))
      assert.instance(error, kind)
      assert.match((error as Error).message, message)
    })
  }

  test('tells what only programs want to know: the status, the fields, the hashes, when to come back', async (context) => {
    const server = await fakeJobServer(context)
    const { jobs } = clientOf(context, server, { retry: { attempts: 0 } })
    const errors = [{ path: 'program.files', message: aHash }]
    server.faults.on(
      /./,
      problem(418, 'ERR_NEW', { errors, headers: { 'retry-after': '9' } }),
      problem(409, 'ERR_MISSING_FILES', { errors }),
      problem(503, 'ERR_SERVER_BUSY', { headers: { 'retry-after': '9' } }),
    )
    const unknown = (await rejectionOf(jobs.get('x'))) as ApiError
    assert.equal(
      [unknown.code, unknown.status, unknown.errors, unknown.retryAfter],
      ['ERR_NEW', 418, errors, 9_000],
    )
    assert.equal(((await rejectionOf(jobs.submit(aSubmission))) as MissingFilesError).hashes, [aHash])
    assert.is(((await rejectionOf(jobs.get('x'))) as ServerBusyError).retryAfter, 9_000)
  })
})
