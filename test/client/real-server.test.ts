import * as assert from 'uvu/assert'
import {
  ApiError,
  ForbiddenError,
  ForeignJobError,
  HashMismatchError,
  IdempotencyConflictError,
  IllegalTransitionError,
  InvalidArgumentError,
  InvalidCursorError,
  JobActiveError,
  JobDeletedError,
  type JobManagerClient,
  JobNotFoundError,
  JobNotRunningError,
  MissingFilesError,
  StoreError,
  UnauthenticatedError,
  UploadTooLargeError,
} from '../../src/client/index.ts'
import type { ClientOptions } from '../../src/client/client-options.ts'
import {
  type JobServer,
  type JobServerOptions,
  startJobServer,
} from '../../src/jobs/server/start-job-server.ts'
import { seededRandom } from '../../src/testing/seeded-random.ts'
import { rejectionOf, until } from '../job/jobs.ts'
import { tell } from '../jobs/store/support/observed-jobs.ts'
import { FakeManager, hashOf, submissionInput } from '../jobs/server/fake-manager.ts'
import { byChance, type ChaoticProxy, chaoticProxy } from '../support/chaotic-proxy.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { turn } from '../support/turns.ts'
import { clientOf } from './support/client-of.ts'

interface Scene {
  readonly manager: FakeManager
  readonly server: JobServer
  readonly client: JobManagerClient
}

/** The real server and the real store; what jobs do is what the test says. */
async function serve(
  context: TestContext,
  options: Partial<JobServerOptions> = {},
  client: ClientOptions = {},
  manager = new FakeManager(),
): Promise<Scene> {
  const server = await startJobServer({ manager, tokens: manager.store.tokens, port: 0, ...options })
  context.cleanup(() => server.close())
  return { manager, server, client: clientOf(context, server, client) }
}

suite('the client and the real server', (test) => {
  test('agree on everything that can be asked and done', async (context) => {
    const { client, manager } = await serve(context)
    const { jobs, files } = client
    assert.equal(await client.health(), { status: 'ok' })
    assert.equal(await client.ready(), { status: 'ok' })
    assert.is((await client.server()).maxRunning, 4)
    assert.match(await client.metrics(), /^# /)
    assert.match(String((await client.openapi())['openapi']), /^3\.1/)

    const bytes = Buffer.alloc(300_000, 'some code')
    assert.equal(await files.missing([hashOf(bytes)]), [hashOf(bytes)])
    await files.upload(hashOf(bytes), bytes)
    assert.equal(await files.missing([hashOf(bytes)]), [])

    const { id } = await jobs.submit(submissionInput())
    manager.become(id, 'running')
    assert.is((await jobs.savepoint(id)).id, 1)
    assert.is((await jobs.checkpoints(id)).length, 1)
    assert.is((await jobs.stop(id)).status, 'stopped')
    assert.is((await jobs.continue(id)).status, 'queued')
    assert.is((await jobs.cancel(id)).status, 'cancelled')
    const history = await jobs.transitions(id, { limit: 2 })
    assert.equal([history.items.length, history.total], [2, 6])
    assert.is((await jobs.transitions(id, { cursor: history.next! })).items.at(-1)?.to, 'cancelled')
    manager.log(id, 'one')
    assert.is((await jobs.logs(id)).lines[0]?.text, 'one')
    manager.log(id, 'two')
    const filter = { last: 1, since: '2000-01-01T00:00:00+01:00', stream: 'stdout' } as const
    assert.is((await jobs.logs(id, filter)).lines[0]?.text, 'two')
    const events = await client.events({ job: id, since: 1, limit: 1, from: '2000-01-01T00:00:00+01:00' })
    assert.equal([events.items.length, events.first], [1, 1])
    assert.is(new TextDecoder().decode(await jobs.collected(id, 'n1')), 'collected by n1')
    for (let n = 0; n < 7; n++) await jobs.submit(submissionInput(`more ${n}`))
    const names: string[] = []
    for await (const { name } of jobs.listAll({ limit: 3, name: 'more', status: ['queued'] }))
      names.push(name)
    assert.equal(
      names,
      [6, 5, 4, 3, 2, 1, 0].map((n) => `more ${n}`),
    )
    await jobs.delete(id)
    assert.is((await jobs.list()).total, 7)
  })

  test('agree on tokens', async (context) => {
    const admin = 'a-token-of-the-start-that-is-long'
    const { client, server } = await serve(context, { token: admin, requireToken: true }, { token: admin })
    const { id, token } = await client.tokens.create({ name: 'ci', scopes: ['read'] })
    assert.equal(
      (await client.tokens.list()).map(({ name }) => name),
      ['ci'],
    )
    const reader = clientOf(context, server, { token })
    assert.is((await reader.jobs.list()).total, 0)
    assert.instance(await rejectionOf(reader.jobs.submit(submissionInput())), ForbiddenError)
    await client.tokens.delete(id)
    assert.instance(await rejectionOf(reader.jobs.list()), UnauthenticatedError)
    assert.instance(await rejectionOf(clientOf(context, server).jobs.list()), UnauthenticatedError)
    assert.instance(await rejectionOf(client.tokens.delete(id)), ApiError)
  })

  test('agree on what is wrong', async (context) => {
    const { client, manager } = await serve(
      context,
      { limits: { uploadBytes: 1_000_000 } },
      { retry: { attempts: 0 } },
    )
    const { jobs, files } = client
    const { id } = await jobs.submit(submissionInput(), { idempotencyKey: 'k' })
    const other = submissionInput()
    const unknown = {
      ...other,
      program: { ...other.program, files: [{ path: 'main.js', hash: hashOf('?'), size: 1 }] },
    }
    const bytes = Buffer.alloc(10)
    const elsewhere = tell(manager.store, { status: 'running' }).job.id
    for (const [kind, call] of [
      [JobNotFoundError, () => jobs.get('none')],
      [JobActiveError, () => jobs.delete(id)],
      [JobNotRunningError, () => jobs.savepoint(id)],
      [ForeignJobError, () => jobs.stop(elsewhere)],
      [ForeignJobError, () => jobs.checkpoints(elsewhere)],
      [IllegalTransitionError, () => jobs.continue(id)],
      [InvalidCursorError, () => jobs.list({ cursor: 'none' })],
      [InvalidArgumentError, () => jobs.list({ limit: 201 })],
      [InvalidArgumentError, () => jobs.submit({ ...other, name: '' })],
      [IdempotencyConflictError, () => jobs.submit(submissionInput('x'), { idempotencyKey: 'k' })],
      [MissingFilesError, () => jobs.submit(unknown)],
      [HashMismatchError, () => files.upload(hashOf('?'), bytes)],
      [UploadTooLargeError, () => files.upload(hashOf('?'), Buffer.alloc(9_000_000))],
    ] as const) {
      const error = await rejectionOf(call())
      assert.instance(error, kind)
      assert.not.match((error as Error).message, /remedy:[\s\S]*remedy:/)
    }
    const missing = (await rejectionOf(jobs.submit(unknown))) as MissingFilesError
    assert.equal(missing.hashes, [hashOf('?')])
    manager.failure = new StoreError('The disk is full.')
    assert.instance(await rejectionOf(jobs.get(id)), StoreError)
  })

  test('agree on events, progress, logs and ends', async (context) => {
    const { client, manager } = await serve(context, { progressInterval: 1 })
    const seen: string[] = []
    client.events$({ since: 0 }).subscribe({ next: ({ type }) => seen.push(type), error: () => {} })
    const { id } = await client.jobs.submit(submissionInput())
    const texts: string[] = []
    const read: number[] = []
    client.logs$(id).subscribe(({ text }) => texts.push(text))
    client.progress$(id).subscribe((progress) => read.push(progress.read))
    const wait = client.waitForEnd(id)
    manager.become(id, 'running')
    manager.log(id, 'one')
    while (read.length === 0) {
      manager.tellProgress(id, 7)
      await turn()
    }
    await until(() => texts.length === 1)
    manager.log(id, 'two')
    manager.become(id, 'completed')
    assert.is((await wait).status, 'completed')
    await until(() => texts.length === 2 && seen.length === 3)
    assert.equal(texts, ['one', 'two'])
    assert.equal(seen, ['job_submitted', 'job_status_changed', 'job_status_changed'])

    const gone = await client.jobs.submit(submissionInput())
    const lost = rejectionOf(client.waitForEnd(gone.id))
    await until(() => seen.length === 4)
    await client.jobs.delete(gone.id, { force: true })
    const error = await lost
    assert.ok(error instanceof JobDeletedError || error instanceof JobNotFoundError)
  })

  test('find each other again after a restart of the server', { timeout: 30_000 }, async (context) => {
    const manager = new FakeManager()
    const { server, client } = await serve(context, {}, {}, manager)
    const ids: number[] = []
    client
      .events$()
      .subscribe({ next: (event) => ids.push(event.type === 'gap' ? -1 : event.id), error: () => {} })
    const { id } = await client.jobs.submit(submissionInput())
    const wait = client.waitForEnd(id)
    await until(() => ids.length === 1)
    await server.close()
    manager.become(id, 'running')
    manager.become(id, 'completed')
    manager.ready = true
    const again = await startJobServer({ manager, tokens: manager.store.tokens, port: server.port })
    context.cleanup(() => again.close())
    assert.is((await wait).status, 'completed')
    await until(() => ids.length === 3)
    assert.equal(ids, [1, 2, 3])
  })
})

/** One job from its submission to its end, as a manager would have it. */
const work = async (manager: FakeManager, id: string, lines: number): Promise<void> => {
  manager.become(id, 'running')
  for (let line = 1; line <= lines; line++) {
    manager.log(id, String(line))
    await turn()
  }
  manager.become(id, 'completed')
}

suite('over a network that breaks all the time', (test) => {
  for (const seed of [1, 2, 3]) {
    test(`nothing is lost and nothing is doubled, seed ${seed}`, { timeout: 60_000 }, async (context) => {
      const { manager, server } = await serve(context)
      const random = seededRandom(seed)
      const proxy: ChaoticProxy = await chaoticProxy(context, {
        port: server.port,
        treat: byChance({ random, share: 0.6, longest: 3_000, delay: 2 }),
      })
      const client = clientOf(context, proxy, { retry: { attempts: 50 }, random: seededRandom(seed + 100) })
      const ids: number[] = []
      client
        .events$({ since: 0 })
        .subscribe({ next: (event) => ids.push(event.type === 'gap' ? -1 : event.id), error: () => {} })

      const run = async (n: number): Promise<void> => {
        const bytes = Buffer.alloc(2_000, `program ${seed} ${n}`)
        await client.files.upload(hashOf(bytes), bytes)
        const input = submissionInput(`job ${n}`)
        const files = [{ path: 'main.js', hash: hashOf(bytes), size: bytes.length }]
        const { id } = await client.jobs.submit({ ...input, program: { ...input.program, files } })
        const texts: string[] = []
        const log = new Promise<void>((resolve, reject) => {
          client
            .logs$(id)
            .subscribe({ next: ({ text }) => texts.push(text), complete: resolve, error: reject })
        })
        const wait = client.waitForEnd(id)
        await work(manager, id, 30)
        assert.is((await wait).status, 'completed')
        await log
        assert.equal(
          texts,
          Array.from({ length: 30 }, (_, index) => String(index + 1)),
        )
      }
      const breaking = { on: true }
      const breaker = (async () => {
        while (breaking.on) {
          for (let n = 0; n < 300; n++) await turn()
          proxy.cutAll(random() < 0.5 ? 'reset' : 'end')
        }
      })()
      try {
        await Promise.all(Array.from({ length: 12 }, (_, n) => run(n)))
      } finally {
        breaking.on = false
        await breaker
      }
      const { total } = manager.list({ limit: 1 })
      assert.is(total, 12, 'each submission is one job')
      const last = manager.events.last
      proxy.treat = () => ({})
      await until(() => ids.at(-1) === last)
      assert.equal(
        ids,
        Array.from({ length: last }, (_, index) => index + 1),
      )
      assert.ok(proxy.cuts > 10, `${proxy.cuts} connections were cut`)
    })
  }
})
