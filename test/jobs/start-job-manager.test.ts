import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import {
  DataFolderInUseError,
  ListenError,
  startJobManager,
  TokenRequiredError,
} from '../../src/jobs/index.ts'
import { suite, type TestContext } from '../support/suite.ts'

const temporary = ({ cleanup }: TestContext): string => {
  const data = mkdtempSync(join(tmpdir(), 'millrace-server-'))
  cleanup(() => rmSync(data, { recursive: true, force: true }))
  return data
}

const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

suite('startJobManager', (test) => {
  test('serves what it keeps over HTTP, until it is closed', async (context) => {
    const server = await startJobManager({ data: temporary(context), port: 0, maxRunning: 3, memoryMb: 100 })
    assert.is(server.url, `http://127.0.0.1:${server.port}`)
    const info = (await (await fetch(`${server.url}/api/v1/server`)).json()) as Record<string, unknown>
    assert.equal([info['maxRunning'], info['jobs']], [3, server.manager.status.jobs])
    assert.is((info['limits'] as { memoryMb: number }).memoryMb, 100)
    await Promise.all([server.close(), server.close({ drain: false }), server[Symbol.asyncDispose]()])
    assert.instance(await rejection(fetch(`${server.url}/healthz`)), TypeError)
  })

  test('says what it does without being asked, and starts no jobs when it is told so', async (context) => {
    const queueProcessing = { enabled: false, interval: 1500 }
    const server = await startJobManager({
      data: temporary(context),
      port: 0,
      background: { queueProcessing, jobStatusPolling: { interval: 250 } },
    })
    context.cleanup(() => server.close())
    const info = (await (await fetch(`${server.url}/api/v1/server`)).json()) as Record<string, unknown>
    assert.equal(info['background'], {
      job_status_polling: { enabled: true, interval_seconds: 0.25 },
      queue_processing: { enabled: false, interval_seconds: 1.5 },
    })
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    assert.match(metrics, '\nmillrace_queue_processing 0\n')
  })

  test('has its data folder to itself, and gives it back', async (context) => {
    const data = temporary(context)
    const first = await startJobManager({ data, port: 0 })
    const error = await rejection(startJobManager({ data, port: 0 }))
    assert.ok(error instanceof DataFolderInUseError)
    assert.match(error.message, data)
    await first.close()
    await (await startJobManager({ data, port: 0 })).close()
  })

  test('leaves nothing behind when its port is taken', async (context) => {
    const [data, other] = [temporary(context), temporary(context)]
    const first = await startJobManager({ data: other, port: 0 })
    const error = await rejection(startJobManager({ data, port: first.port }))
    assert.ok(error instanceof ListenError)
    assert.match(error.message, 'another Millrace job server')
    if (process.platform === 'linux') assert.match(error.message, `process ${process.pid} (`)
    await first.close()
    await (await startJobManager({ data, port: first.port })).close()
  })

  test('leaves nothing behind when others could reach it without a token', async (context) => {
    const data = temporary(context)
    assert.ok((await rejection(startJobManager({ data, port: 0, host: '::' }))) instanceof TokenRequiredError)
    await (await startJobManager({ data, port: 0 })).close()
  })

  test('leaves nothing behind when an option is wrong', async (context) => {
    const data = temporary(context)
    for (const wrong of [
      { port: 70_000 },
      { maxRunning: 0 },
      { limits: { uploadBytes: -1 } },
      { token: 'x' },
      { background: { queueProcessing: { interval: 99 } } },
      { background: { jobStatusPolling: { interval: NaN } } },
      { background: { jobStatusPolling: { enabled: 'yes' as never } } },
      { background: { queueProcesing: {} } as never },
    ]) {
      const error = (await rejection(startJobManager({ data, port: 0, ...wrong }))) as { code?: string }
      assert.is(error.code, 'ERR_INVALID_ARGUMENT', JSON.stringify(wrong))
    }
    await (await startJobManager({ data, port: 0 })).close()
  })
})
