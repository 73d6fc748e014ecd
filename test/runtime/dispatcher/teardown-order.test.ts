import * as assert from 'uvu/assert'
import { assertBooksBalance, createEnvironment, failureOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'

/** A service that notes its hooks. */
const noting = (log: string[], name: string) => (): object => ({
  start: () => void log.push(`start ${name}`),
  stop: async () => {
    log.push(`stop ${name}`)
    await Promise.resolve()
  },
  cleanup: () => void log.push(`cleanup ${name}`),
})

suite('the end of a job', (test) => {
  test('comes in order: last record, closes, services in reverse, status, submit', async () => {
    const log: string[] = []
    const env = createEnvironment({ parallelism: 2 })
    env.registerService('a', noting(log, 'a')).registerService('b', noting(log, 'b'))
    class Writer {
      open(): void {
        log.push('open')
      }
      async write(): Promise<void> {
        await Promise.resolve()
        log.push('record')
      }
      close(): void {
        log.push('close')
      }
    }
    env.fromBatch([1, 2, 3, 4]).sink(Writer)
    env.status$.subscribe((status) => log.push(status))
    const result = await env.submit({ autostop: true })
    log.push('resolved')
    assert.equal(log.slice(0, 6), ['pending', 'running', 'start a', 'start b', 'open', 'open'])
    assert.is(log.filter((entry) => entry === 'record').length, 4)
    assert.is(log.filter((entry) => entry === 'close').length, 2, 'once per subtask')
    const after = log.slice(log.lastIndexOf('close') + 1)
    const order = ['stop b', 'cleanup b', 'stop a', 'cleanup a', 'completed', 'resolved']
    assert.equal(after, order)
    assert.ok(log.lastIndexOf('record') < log.lastIndexOf('close'))
    assert.equal(
      result.services.map(({ name, stopped, cleaned }) => [name, stopped, cleaned]),
      [
        ['a', true, true],
        ['b', true, true],
      ],
    )
    assertBooksBalance(env.graph, result)
  })

  test('a service that fails or hangs in its teardown does not keep the next from its turn', async () => {
    const log: string[] = []
    const env = createEnvironment({ teardownTimeout: 5 })
    env
      .registerService('first', noting(log, 'first'))
      .registerService('hangs', () => ({
        stop: () => new Promise<void>(() => {}),
        cleanup: () => void log.push('cleanup hangs'),
      }))
      .registerService('throws', () => ({
        stop: () => {
          throw new Error('no stop')
        },
        cleanup: () => Promise.reject(new Error('no cleanup')),
      }))
    const seen = env.fromBatch([1]).collect()
    const { status, services } = await env.submit({ autostop: true })
    assert.is(status, 'completed')
    assert.equal(seen.values, [1])
    assert.equal(log, ['start first', 'cleanup hangs', 'stop first', 'cleanup first'])
    assert.equal(
      services.map(({ name, stopped, cleaned }) => [name, stopped, cleaned]),
      [
        ['first', true, true],
        ['hangs', false, true],
        ['throws', false, false],
      ],
    )
    assert.match(services[1]!.error!, 'took longer than 5 ms')
    assert.match(services[2]!.error!, /no stop.*no cleanup/)
  })

  test('services that came up are taken down when a later one does not', async () => {
    const hang = (): Promise<void> => new Promise(() => {})
    const boom = new Error('boom')
    const fail = (): never => {
      throw boom
    }
    const broken: Record<string, () => object> = {
      'the factory throws': fail,
      'the factory rejects': () => Promise.reject(boom),
      'setup throws': () => ({ setup: fail }),
      'start throws': () => ({ start: fail }),
      'start rejects': () => ({ start: () => Promise.reject(boom) }),
    }
    for (const [what, factory] of Object.entries(broken)) {
      const log: string[] = []
      let read = 0
      const env = createEnvironment()
      env.registerService('a', noting(log, 'a'))
      env.registerService('broken', factory)
      env.registerService('never', noting(log, 'never'))
      env.fromBatch(() => (read++, [1])).collect()
      const error = await failureOf(env.submit({ autostop: true }))
      assert.is(error.operator, 'broken', what)
      assert.is(error.cause, boom, what)
      assert.is(error.code, 'ERR_JOB_FAILED')
      assert.ok(error.remedy)
      assert.equal(log, ['start a', 'stop a', 'cleanup a'], what)
      assert.is(read, 0)
      assert.is(error.result.services.length, 3)
    }
    const env = createEnvironment()
    env.registerService('hangs', () => ({ start: hang }))
    env.fromBatch([1]).collect()
    const handle = env.submit()
    await env.cancel()
    await handle.then(
      () => assert.unreachable(),
      (error: unknown) => assert.is((error as { code: string }).code, 'ERR_JOB_CANCELLED'),
    )
  })

  test('pipelines that are services go down in their turn, after those that call them', async () => {
    const log: string[] = []
    const env = createEnvironment()
    env.registerService('store', noting(log, 'store'))
    env.registerPipeline('pipe', (requests) =>
      requests.map({
        map: async (n) => {
          await Promise.resolve()
          return n
        },
        end: () => void log.push('end pipe'),
        close: () => void log.push('close pipe'),
      }),
    )
    env.registerService('last', noting(log, 'last'))
    const seen = env
      .fromBatch([1, 2, 3])
      .map((n, ctx) => ctx.callService('pipe', 'call', [n]), { concurrency: 2 })
      .collect()
    const result = await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 2, 3])
    assert.equal(log, [
      'start store',
      'start last',
      'stop last',
      'cleanup last',
      'end pipe',
      'close pipe',
      'stop store',
      'cleanup store',
    ])
    assert.equal(
      result.services.map(({ stopped }) => stopped),
      [true, true, true],
    )
    assertBooksBalance(env.graph, result)
  })
})
