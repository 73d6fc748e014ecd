import * as assert from 'uvu/assert'
import { StoreError } from '../../../src/errors/job-server-errors.ts'
import { MillraceError } from '../../../src/errors/millrace-error.ts'
import type { Logger } from '../../../src/functions/logger.ts'
import { suite } from '../../support/suite.ts'
import { tell } from '../store/support/observed-jobs.ts'
import { callable, isProblem } from './call.ts'
import { hashOf, submissionInput } from './fake-manager.ts'

suite('routes of jobs', (test) => {
  test('submit answers 201 and where the job is', async (context) => {
    const { call } = callable(context)
    const { status, headers, body } = await call('POST /api/v1/jobs', { json: submissionInput() })
    assert.is(status, 201)
    assert.is(headers.get('location'), `/api/v1/jobs/${body.id}`)
    assert.is(body.status, 'queued')
    assert.equal((await call(`GET ${headers.get('location')}`)).body, body)
  })

  test('submit with the key of an earlier one answers 200 and the job of then', async (context) => {
    const { call, manager } = callable(context)
    const headers = { 'Idempotency-Key': 'one' }
    const first = await call('POST /api/v1/jobs', { json: submissionInput(), headers })
    const again = await call('POST /api/v1/jobs', { json: submissionInput(), headers })
    assert.equal([first.status, again.status], [201, 200])
    assert.is(again.body.id, first.body.id)
    assert.is(manager.status.jobs, 1)
    const other = await call('POST /api/v1/jobs', { json: submissionInput('other'), headers })
    isProblem(other, 409, 'ERR_IDEMPOTENCY_CONFLICT')
    isProblem(
      await call('POST /api/v1/jobs', { json: submissionInput(), headers: { 'Idempotency-Key': 'a b' } }),
      400,
      'ERR_INVALID_ARGUMENT',
    )
  })

  test('submit names the files that are missing', async (context) => {
    const { call } = callable(context)
    const program = submissionInput().program
    const files = [{ path: 'main.js', hash: hashOf('other'), size: 5 }]
    const answer = await call('POST /api/v1/jobs', {
      json: { ...submissionInput(), program: { ...program, files } },
    })
    isProblem(answer, 409, 'ERR_MISSING_FILES')
    assert.equal(answer.body.errors, [{ path: 'program.files', message: hashOf('other') }])
  })

  test('lists page by page, with filters', async (context) => {
    const { call, manager } = callable(context)
    const ids = ['p', 'q', 'r'].map((name) => manager.create(name).id)
    manager.become(ids[0]!, 'running')
    const page = await call('GET /api/v1/jobs?limit=2')
    assert.is(page.body.total, 3)
    assert.is(page.body.items.length, 2)
    const rest = await call(`GET /api/v1/jobs?limit=2&cursor=${encodeURIComponent(page.body.next)}`)
    assert.equal(
      [...page.body.items, ...rest.body.items].map(({ name }) => name),
      ['r', 'q', 'p'],
    )
    assert.is(rest.body.next, null)
    const last = await call('GET /api/v1/jobs?limit=2&offset=2')
    assert.equal([last.body.items[0]?.name, last.body.items.length, last.body.total], ['p', 1, 3])
    for (const query of [
      'status=running',
      'status=running,failed',
      'status=running&status=failed',
      'name=P',
    ]) {
      const found = await call(`GET /api/v1/jobs?${query}`)
      assert.equal(
        found.body.items.map(({ name }) => name),
        ['p'],
        query,
      )
    }
    for (const [query, expected] of [
      ['match=q', ['q']],
      [`match=${ids[2]}`, ['r']],
      ['sort=submitted', ['p', 'q', 'r']],
      ['sort=-started', ['p', 'r', 'q']],
    ] as const) {
      const found = await call(`GET /api/v1/jobs?${query}`)
      assert.equal(
        found.body.items.map(({ name }) => name),
        expected,
        query,
      )
    }
    isProblem(await call('GET /api/v1/jobs?cursor=nonsense'), 400, 'ERR_INVALID_CURSOR')
    for (const query of [
      'sort=size',
      'sort=',
      'match=',
      'limit=0',
      'limit=201',
      'limit=x',
      'limit=',
      'status=gone',
    ]) {
      const refused = await call(`GET /api/v1/jobs?${query}`)
      isProblem(refused, 400, 'ERR_INVALID_ARGUMENT')
      assert.ok(refused.body.errors[0]!.path.startsWith(query.split('=')[0]!))
    }
  })

  test('stops, continues, cancels and deletes, and says who did it', async (context) => {
    const { call, manager } = callable(context)
    const { id } = manager.create()
    manager.become(id, 'running')
    isProblem(await call(`DELETE /api/v1/jobs/${id}`), 409, 'ERR_JOB_ACTIVE')
    isProblem(await call(`POST /api/v1/jobs/${id}/continue`), 409, 'ERR_ILLEGAL_TRANSITION')
    assert.is((await call(`POST /api/v1/jobs/${id}/savepoint`)).body.location, 'savepoint-1')
    assert.is((await call(`GET /api/v1/jobs/${id}/checkpoints`)).body.items.length, 1)
    assert.is((await call(`POST /api/v1/jobs/${id}/stop`)).body.status, 'stopped')
    isProblem(await call(`POST /api/v1/jobs/${id}/savepoint`), 409, 'ERR_JOB_NOT_RUNNING')
    assert.is((await call(`POST /api/v1/jobs/${id}/continue`)).body.status, 'queued')
    assert.is((await call(`POST /api/v1/jobs/${id}/cancel`)).body.status, 'cancelled')
    assert.is((await call(`POST /api/v1/jobs/${id}/cancel`)).body.status, 'cancelled')
    const { body } = await call(`GET /api/v1/jobs/${id}/transitions`)
    assert.is(body.items.at(-1)!.cause, 'cancelled by somebody on this machine')
    const gone = await call(`DELETE /api/v1/jobs/${id}`)
    assert.equal([gone.status, gone.text], [204, ''])
    isProblem(await call(`GET /api/v1/jobs/${id}`), 404, 'ERR_JOB_NOT_FOUND')
    isProblem(await call(`DELETE /api/v1/jobs/${id}`), 404, 'ERR_JOB_NOT_FOUND')
  })

  test('tells the figures of a job over its life, all of them or the newest', async (context) => {
    const { call, manager } = callable(context)
    const { id } = manager.create()
    assert.equal((await call(`GET /api/v1/jobs/${id}/history`)).body, { job: id, interval: 1, points: [] })
    const T = Date.parse('2025-01-31T12:00:00.000Z')
    const point = {
      ...{ ms: 2000, read: 30, written: 3, rssBytes: 100, heapBytes: 0, cpuMs: 500, fill: 0.5 },
      ...{ restarts: 1, checkpoints: 0, checkpointBytes: 0, checkpointMs: null },
      ...{ p50: 20, p95: 30, p99: 40 },
    }
    const points = [0, 2000, 4000].map((later) => ({ ...point, at: T + later }))
    manager.store.figures.keep(id, { interval: 2000, points })
    const { status, body } = await call(`GET /api/v1/jobs/${id}/history?since=2025-01-31T12:00:02Z`)
    assert.equal([status, body.interval, body.points.length], [200, 2, 2])
    assert.equal(body.points[0], {
      at: '2025-01-31T12:00:02.000Z',
      ...{ seconds: 2, read: 15, written: 1.5, rssBytes: 100, heapBytes: null, cpu: 0.25, queueFill: 0.5 },
      ...{ restarts: 1, checkpoints: 0, checkpointBytes: null, checkpointSeconds: null },
      latency: { p50: 0.02, p95: 0.03, p99: 0.04 },
    })
    isProblem(await call(`GET /api/v1/jobs/${id}/history?since=yesterday`), 400, 'ERR_INVALID_ARGUMENT')
    isProblem(await call('GET /api/v1/jobs/nobody/history'), 404, 'ERR_JOB_NOT_FOUND')
    const elsewhere = tell(manager.store, { status: 'running' }).job.id
    assert.equal((await call(`GET /api/v1/jobs/${elsewhere}/history`)).body.points, [])
  })

  test('refuses what is done where a job runs, and says so', async (context) => {
    const { call, manager } = callable(context)
    const { id } = tell(manager.store, { status: 'stopped' }).job
    const deeds = [
      'POST stop',
      'POST continue',
      'POST savepoint',
      'POST restart',
      'GET checkpoints',
      'GET collected/n1',
    ]
    for (const deed of deeds) {
      const [method, path] = deed.split(' ')
      const refused = await call(`${method} /api/v1/jobs/${id}/${path}`)
      isProblem(refused, 409, 'ERR_FOREIGN_JOB')
      assert.match(refused.body.detail, 'runs at ray')
      assert.match(refused.body.remedy, 'where it runs')
    }
    assert.is((await call(`GET /api/v1/jobs/${id}`)).body.status, 'stopped')
    assert.is((await call(`DELETE /api/v1/jobs/${id}`)).status, 204)
  })

  test('restarts as a new job, which is made once however often that is sent', async (context) => {
    const { call, manager } = callable(context)
    const { id } = manager.create()
    isProblem(await call(`POST /api/v1/jobs/${id}/restart`), 409, 'ERR_JOB_ACTIVE')
    const headers = { 'Idempotency-Key': 'k' }
    const json = { force: true, secrets: { KEY: 'x' } }
    const made = await call(`POST /api/v1/jobs/${id}/restart`, { json, headers })
    assert.equal([made.status, made.body.restartedFrom, made.body.name], [201, id, 'prices'])
    assert.is(made.headers.get('location'), `/api/v1/jobs/${made.body.id}`)
    assert.is(manager.get(id).status, 'cancelled')
    const again = await call(`POST /api/v1/jobs/${id}/restart`, { json, headers })
    assert.equal([again.status, again.body.id], [200, made.body.id])
    const wrong = await call(`POST /api/v1/jobs/${id}/restart`, { json: { secrets: { KEY: 1 } } })
    isProblem(wrong, 422, 'ERR_INVALID_ARGUMENT')
    isProblem(await call('POST /api/v1/jobs/nobody/restart'), 404, 'ERR_JOB_NOT_FOUND')
  })

  test('stop takes a body, or none', async (context) => {
    const { call, manager } = callable(context)
    const id = manager.create().id
    manager.become(id, 'running')
    isProblem(
      await call(`POST /api/v1/jobs/${id}/stop`, { json: { savepoint: 1 } }),
      422,
      'ERR_INVALID_ARGUMENT',
    )
    const plain = { body: '{"savepoint":false}', headers: { 'Content-Type': 'text/plain' } }
    isProblem(await call(`POST /api/v1/jobs/${id}/stop`, plain), 415, 'ERR_MEDIA_TYPE')
    const { body } = await call(`POST /api/v1/jobs/${id}/stop`, { json: { savepoint: false } })
    assert.is(body.status, 'completed')
    // Some clients say JSON and send nothing.
    const empty = { headers: { 'Content-Type': 'application/json' } }
    assert.is((await call(`POST /api/v1/jobs/${id}/stop`, empty)).status, 200)
  })

  test('a job that is active is deleted by force', async (context) => {
    const { call, manager } = callable(context)
    const { id } = manager.create()
    assert.is((await call(`DELETE /api/v1/jobs/${id}?force=true`)).status, 204)
    assert.is(manager.status.jobs, 0)
  })

  test('logs and what was collected', async (context) => {
    const { call, manager } = callable(context)
    const { id } = manager.create()
    for (const text of ['one', 'two', 'three']) manager.log(id, text)
    const { body } = await call(`GET /api/v1/jobs/${id}/logs?after=1&limit=1`)
    assert.equal(
      body.lines.map(({ seq, text }) => [seq, text]),
      [[2, 'two']],
    )
    assert.equal([body.first, body.last], [1, 3])
    for (const [query, wanted] of [
      ['last=2', ['two', 'three']],
      ['last=2&limit=1', ['two']],
      ['stream=stderr', []],
      ['since=2000-01-01T00:00:00%2B02:00&stream=stdout&last=1', ['three']],
      ['since=2999-01-01T00:00:00Z', []],
    ] as const) {
      const { lines } = (await call(`GET /api/v1/jobs/${id}/logs?${query}`)).body
      assert.equal(lines.map(({ text }) => text), wanted, query) // prettier-ignore
    }
    for (const query of ['last=-1', 'since=yesterday', 'stream=stdin'])
      isProblem(await call(`GET /api/v1/jobs/${id}/logs?${query}`), 400, 'ERR_INVALID_ARGUMENT')
    const collected = await call(`GET /api/v1/jobs/${id}/collected/n3`)
    assert.is(collected.text, 'collected by n3')
    assert.is(collected.headers.get('content-type'), 'application/octet-stream')
    isProblem(await call(`GET /api/v1/jobs/${id}/collected/..%2Fsecrets.json`), 400, 'ERR_INVALID_ARGUMENT')
    assert.is((await call(`HEAD /api/v1/jobs/${id}/collected/n3`)).status, 200)
  })

  test('what has happened, of all jobs or one, and since when', async (context) => {
    const { call, manager } = callable(context)
    const [one, two] = [manager.create(), manager.create()]
    manager.become(one.id, 'running')
    manager.become(two.id, 'cancelled')
    const numbers = async (query: string): Promise<unknown> => {
      const { body } = await call(`GET /api/v1/events/history${query}`)
      assert.equal([body.first, body.last], [1, 4])
      return body.items.map(({ id }) => id)
    }
    assert.equal(await numbers(''), [1, 2, 3, 4])
    assert.equal(await numbers('?since=1&limit=2'), [2, 3])
    assert.equal(await numbers(`?job=${two.id}`), [2, 4])
    assert.equal(await numbers('?from=2000-01-01T00:00:00Z&since=3'), [4])
    assert.equal(await numbers('?from=2999-01-01T00:00:00Z'), [])
    for (const query of ['since=x', 'from=now', 'limit=0'])
      isProblem(await call(`GET /api/v1/events/history?${query}`), 400, 'ERR_INVALID_ARGUMENT')
  })

  test('nothing new is begun while the server starts or closes', async (context) => {
    const { call, manager, startClosing, close } = callable(context)
    manager.ready = false
    const starting = await call('POST /api/v1/jobs', { json: submissionInput() })
    isProblem(starting, 503, 'ERR_SERVER_BUSY')
    assert.is(starting.headers.get('retry-after'), '1')
    assert.equal((await call('GET /readyz')).body, { status: 'starting' })
    manager.ready = true
    assert.is((await call('GET /readyz')).status, 200)
    startClosing()
    isProblem(await call('POST /api/v1/jobs', { json: submissionInput() }), 503, 'ERR_SERVER_BUSY')
    assert.is((await call('HEAD /api/v1/events')).status, 200)
    const ready = await call('GET /readyz')
    assert.equal([ready.status, ready.body], [503, { status: 'closing' }])
    assert.is((await call('GET /healthz')).status, 200)
    assert.is((await call('GET /api/v1/jobs')).status, 200)
    close()
    isProblem(await call('GET /api/v1/events'), 503, 'ERR_SERVER_BUSY')
  })
})

suite('uploads', (test) => {
  const file = 'some bytes'
  const path = `PUT /api/v1/files/${hashOf(file)}`
  const bytes = { headers: { 'Content-Type': 'application/octet-stream' } }

  test('only what is missing', async (context) => {
    const { call, manager } = callable(context)
    const ask = { json: { hashes: [hashOf(file), submissionInput().program.files[0]!.hash] } }
    assert.equal((await call('POST /api/v1/files/missing', ask)).body, { missing: [hashOf(file)] })
    assert.is((await call(path, { body: file, ...bytes })).status, 204)
    assert.equal((await call('POST /api/v1/files/missing', ask)).body, { missing: [] })
    assert.is(manager.uploaded.get(hashOf(file))!.toString(), file)
  })

  test('refuses what is not what its hash says, or no hash', async (context) => {
    const { call, manager } = callable(context)
    isProblem(await call(path, { body: 'other bytes', ...bytes }), 422, 'ERR_HASH_MISMATCH')
    isProblem(await call('PUT /api/v1/files/..', { body: file, ...bytes }), 404, 'ERR_NOT_FOUND')
    isProblem(await call('PUT /api/v1/files/abc', { body: file, ...bytes }), 400, 'ERR_INVALID_ARGUMENT')
    isProblem(await call(path, { json: {} }), 415, 'ERR_MEDIA_TYPE')
    isProblem(await call(path), 411, 'ERR_LENGTH_REQUIRED')
    assert.is(manager.uploaded.size, 1)
  })

  test('more than the limit is refused while it comes in', async (context) => {
    const { call, manager } = callable(context, { limits: { uploadBytes: 100 } })
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 50
        controller.enqueue(new Uint8Array(50))
      },
    })
    isProblem(await call(path, { body: endless, ...bytes }), 413, 'ERR_UPLOAD_TOO_LARGE')
    assert.ok(sent <= 250, `${sent} bytes were read`)
    const announced = { body: file, headers: { ...bytes.headers, 'Content-Length': '101' } }
    isProblem(await call(path, announced), 413, 'ERR_UPLOAD_TOO_LARGE')
    assert.is(manager.uploaded.size, 1)
  })

  test('so many at a time', async (context) => {
    const { call } = callable(context, { limits: { uploads: 1 } })
    let finish = (): void => {}
    const slow = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from(file))
        finish = () => controller.close()
      },
    })
    const first = call(path, { body: slow, ...bytes })
    const second = await call(path, { body: file, ...bytes })
    isProblem(second, 503, 'ERR_SERVER_BUSY')
    assert.ok(second.headers.has('retry-after'))
    finish()
    assert.is((await first).status, 204)
    assert.is((await call(path, { body: file, ...bytes })).status, 204)
  })
})

suite('problems', (test) => {
  test('every field that is wrong is named, and no value', async (context) => {
    const { call } = callable(context)
    const json = {
      ...submissionInput(),
      name: '',
      secrets: { KEY: ['hush'] },
      program: { ...submissionInput().program, files: [{ path: '../x', hash: 'hush', size: -1 }] },
    }
    const answer = await call('POST /api/v1/jobs', { json })
    isProblem(answer, 422, 'ERR_INVALID_ARGUMENT')
    const paths = answer.body.errors.map(({ path }) => path)
    const file = 'program.files.0'
    assert.equal(paths, ['name', `${file}.path`, `${file}.hash`, `${file}.size`, 'secrets.KEY'])
    assert.not.match(answer.text, /hush/)
  })

  test('a body that is no JSON, not said to be JSON, or too large', async (context) => {
    const { call } = callable(context, { limits: { jsonBytes: 200 } })
    const json = { 'Content-Type': 'application/json; charset=utf-8' }
    isProblem(await call('POST /api/v1/jobs', { body: '{', headers: json }), 400, 'ERR_INVALID_ARGUMENT')
    isProblem(await call('POST /api/v1/jobs', { body: '{}' }), 415, 'ERR_MEDIA_TYPE')
    isProblem(await call('POST /api/v1/jobs'), 422, 'ERR_INVALID_ARGUMENT')
    isProblem(
      await call('POST /api/v1/jobs', { body: ' '.repeat(201), headers: json }),
      413,
      'ERR_BODY_TOO_LARGE',
    )
    const announced = { body: '{}', headers: { ...json, 'Content-Length': '201' } }
    isProblem(await call('POST /api/v1/jobs', announced), 413, 'ERR_BODY_TOO_LARGE')
  })

  test('paths and methods that there are not', async (context) => {
    const { call } = callable(context)
    isProblem(await call('GET /api/v1/nothing'), 404, 'ERR_NOT_FOUND')
    isProblem(await call('GET /api/v2/jobs'), 404, 'ERR_NOT_FOUND')
    const wrong = await call('PATCH /api/v1/jobs')
    isProblem(wrong, 405, 'ERR_METHOD_NOT_ALLOWED')
    assert.is(wrong.headers.get('allow'), 'GET, HEAD, POST')
    isProblem(await call('POST /healthz'), 405, 'ERR_METHOD_NOT_ALLOWED')
  })

  test('what the server did not expect is logged, and not told', async (context) => {
    const logged: unknown[] = []
    const logger = { error: (_: string, fields?: object) => logged.push(fields) } as unknown as Logger
    const { call, manager } = callable(context, { logger })
    const failure = (manager.failure = new Error('password is hunter2'))
    const answer = await call('GET /api/v1/jobs')
    isProblem(answer, 500, 'ERR_INTERNAL')
    assert.not.match(answer.text, /hunter2/)
    assert.equal(logged, [{ error: failure }])
  })

  test('a database that is out of order is a reason to come back', async (context) => {
    const { call, manager } = callable(context)
    manager.failure = new StoreError('The disk is full.', { cause: new Error('hush') })
    const answer = await call('GET /api/v1/jobs')
    isProblem(answer, 503, 'ERR_STORE')
    assert.is(answer.headers.get('retry-after'), '5')
    assert.is(answer.body.detail, 'The disk is full.')
  })

  test('of an error of ours its sentence and remedy, and nothing of the record', async (context) => {
    const { call, manager } = callable(context)
    manager.failure = new MillraceError('ERR_OF_OURS', 'It took too long.', {
      operator: 'map',
      record: 'hush',
      remedy: 'Raise the time.',
    })
    const answer = await call('GET /api/v1/jobs')
    isProblem(answer, 500, 'ERR_OF_OURS')
    assert.is(answer.body.detail, 'It took too long.')
    assert.is(answer.body.remedy, 'Raise the time.')
    assert.not.match(answer.text, /hush/)
  })
})
