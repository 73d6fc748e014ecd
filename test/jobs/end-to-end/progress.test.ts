import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import * as assert from 'uvu/assert'
import { startJobManager } from '../../../src/jobs/index.ts'
import {
  type InlineProgress,
  inlineProgressSchema,
  type ProgressReport,
  progressReportSchema,
} from '../../../src/protocol/progress-report.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { submission } from '../server/fake-manager.ts'
import { squares } from './pipelines/squares.ts'
import { programOptions, Scene, temporary } from './support/scene.ts'

/** What a job is told to do each time that it is something else, up to what is wanted. */
async function* waited(url: string): AsyncGenerator<InlineProgress, never, void> {
  let etag = '"none"'
  for (;;) {
    const response = await fetch(url, { headers: { 'If-None-Match': etag, Prefer: 'wait=30' } })
    etag = response.headers.get('etag')!
    if (response.status === 200) yield inlineProgressSchema.parse(await response.json())
    else await response.body?.cancel()
  }
}

async function until(url: string, wanted: (progress: InlineProgress) => boolean): Promise<InlineProgress> {
  for await (const progress of waited(url)) if (wanted(progress)) return progress
  throw new Error('it has no end')
}

suite('the progress of a real job', (test) => {
  test('is told while it runs, and when it is over', { timeout: 60_000 }, async (context) => {
    const { gates, port, url, client } = await Scene.open(context)
    const settings = { records: 200, offset: 0, gates: gates.url, waitsAt: 50 }
    const { env } = squares(settings, { port, ...programOptions('squares', settings) })
    context.cleanup(() => env.close())
    gates.shut('square')
    const submitted = env.submit({ autostop: true })
    await gates.arrived('square')

    const { id } = (await client.jobs.list()).items[0]!
    const job = `${url}/api/v1/jobs/${id}`
    const inline = await until(
      `${job}/inline-progress`,
      ({ progress, last_log: line }) => progress !== null && progress > 0 && line === 'line 2401',
    )
    assert.equal([inline.job_id, inline.stage], [id, 'Running'])
    // It has read on, as far as edges hold.
    assert.ok(inline.progress! >= 25 && inline.progress! <= 100, String(inline.progress))

    const report: ProgressReport = progressReportSchema.parse(await (await fetch(`${job}/progress`)).json())
    assert.equal([report.from, report.status, report.lastLog], ['runtime', 'running', 'line 2401'])
    assert.equal(
      report.sources.map(({ total, unit }) => [total, unit]),
      [[200, 'records']],
    )
    assert.ok(report.operators.some(({ name, in: came }) => name === 'square' && came >= 50))
    assert.ok(report.age !== null && report.age < 30)

    const over = until(`${job}/inline-progress`, ({ stage }) => stage === 'Completed')
    gates.open('square')
    assert.equal(await over, { job_id: id, stage: 'Completed', last_log: 'line 39601', progress: 100 })
    await submitted
    const end = progressReportSchema.parse(await (await fetch(`${job}/progress`)).json())
    assert.equal([end.from, end.eta, end.read, end.sources[0]?.done], ['status', null, 200, 200])
  })
})

interface Idle {
  readonly url: string
  readonly port: number
  readonly path: string
  readonly waits: () => Promise<number>
  readonly close: () => Promise<void>
}

/** A server with a job whose turn never comes. */
async function idle(context: TestContext): Promise<Idle> {
  const background = { queueProcessing: { enabled: false } }
  const server = await startJobManager({ data: temporary(context), port: 0, background })
  context.cleanup(() => server.close())
  const { url, port, manager } = server
  const [file] = submission().program.files
  await manager.files.put(file!.hash, Readable.from([Buffer.from('export {}')]))
  const { id } = manager.submit(submission(), { by: 'a test' }).job
  const waits = async (): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(/^millrace_waits (\d+)$/m.exec(text)![1])
  }
  return { url, port, path: `/api/v1/jobs/${id}/inline-progress`, waits, close: () => server.close() }
}

suite('a request that waits for progress', (test) => {
  test('ends with its connection, and with the server', { timeout: 60_000 }, async (context) => {
    const { url, port, path, waits, close } = await idle(context)
    const etag = (await fetch(url + path)).headers.get('etag')!
    const headers = { 'If-None-Match': etag, Prefer: 'wait=60' }

    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: ${etag}\r\nPrefer: wait=60\r\n\r\n`,
    )
    while ((await waits()) !== 1);
    socket.destroy()
    while ((await waits()) !== 0);

    const answer = fetch(url + path, { headers })
    while ((await waits()) !== 1);
    await close()
    assert.is((await answer).status, 304)
  })
})

suite('the progress of a job elsewhere', (test) => {
  test('is read by the rules of its provider, from lines that came with it', async (context) => {
    const server = await startJobManager({
      data: temporary(context),
      port: 0,
      stageRules: [{ stage: 'All', words: ['frame'] }],
      providers: [
        {
          ...{ name: 'studio', type: 'http', url: 'http://127.0.0.1:9', polling: { enabled: false } },
          get: { path: 'jobs/{id}' },
          fields: { id: 'id', status: 'status' },
          stageRules: [{ stage: 'Rendering', words: ['frame'], progress: true }],
        },
      ],
    })
    context.cleanup(() => server.close())
    const logs = [{ text: 'frame 3/4' }]
    server.foreign.observe('studio', { externalId: 'a', status: 'running', logs }, 'a webhook')
    const { id } = server.manager.list({ limit: 1 }).items[0]!
    const answer = await fetch(`${server.url}/api/v1/jobs/${id}/inline-progress`)
    assert.equal(await answer.json(), { job_id: id, stage: 'Rendering', last_log: 'frame 3/4', progress: 75 })
  })
})
