import * as assert from 'uvu/assert'
import {
  JobDeletedError,
  JobNotFoundError,
  type JobManagerClient,
  type LogLine,
} from '../../src/client/index.ts'
import { rejectionOf, until } from '../job/jobs.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { rest, turn } from '../support/turns.ts'
import { clientOf } from './support/client-of.ts'
import { type FakeJobServer, fakeJobServer, frame } from './support/fake-job-server.ts'
import { problem } from './support/faults.ts'

interface Read {
  readonly texts: string[]
  end: unknown
  readonly stop: () => void
}

const read = ({ cleanup }: Pick<TestContext, 'cleanup'>, client: JobManagerClient, after?: number): Read => {
  const texts: string[] = []
  const subscription = client.logs$('job-1', { after }).subscribe({
    next: ({ text }) => texts.push(text),
    error: (error: unknown) => (log.end = error),
    complete: () => (log.end = 'complete'),
  })
  const log: Read = { texts, end: undefined, stop: () => subscription.unsubscribe() }
  cleanup(log.stop)
  return log
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index))

const running = async (context: TestContext): Promise<FakeJobServer> => {
  const server = await fakeJobServer(context)
  server.put({ status: 'running' })
  return server
}

suite('logs$', (test) => {
  test('gives the lines there are, those that come, and ends when the job is over', async (context) => {
    const server = await running(context)
    server.log('job-1', '1', '2', '3')
    const log = read(context, clientOf(context, server))
    await until(() => log.texts.length === 3 && server.streams('logs') === 1)
    server.log('job-1', '4')
    await until(() => log.texts.length === 4)
    server.log('job-1', '5', '6')
    server.become('job-1', 'completed')
    await until(() => log.end !== undefined)
    assert.is(log.end, 'complete')
    assert.equal(log.texts, numbers(1, 6))
    await until(() => server.streams('logs') === 0 && server.streams() === 0)
  })

  test('begins behind a line', async (context) => {
    const server = await running(context)
    server.log('job-1', ...numbers(1, 5))
    const log = read(context, clientOf(context, server), 3)
    await until(() => log.texts.length === 2)
    assert.equal(log.texts, ['4', '5'])
  })

  test('gives those lines that are wanted, of those there are and of those that come', async (context) => {
    const server = await running(context)
    for (let n = 1; n <= 3; n++) {
      server.log('job-1', `out ${n}`)
      server.logTo('stderr', 'job-1', `err ${n}`)
    }
    const client = clientOf(context, server)
    const [lastOut, newest, none] = await Promise.all(
      [{ stream: 'stdout', last: 2 } as const, { last: 1 }, { last: 0 }].map(async (options) => {
        const texts: string[] = []
        const subscription = client.logs$('job-1', options).subscribe(({ text }) => texts.push(text))
        context.cleanup(() => subscription.unsubscribe())
        return texts
      }),
    )
    await until(() => server.streams('logs') === 3)
    server.logTo('stderr', 'job-1', 'err 4')
    server.log('job-1', 'out 4')
    await until(() => none!.length === 2 && lastOut!.length === 3 && newest!.length === 3)
    assert.equal(
      [lastOut, newest, none],
      [
        ['out 2', 'out 3', 'out 4'],
        ['err 3', 'err 4', 'out 4'],
        ['err 4', 'out 4'],
      ],
    )
  })

  test('refuses a time that is none', async (context) => {
    const server = await running(context)
    const lines = clientOf(context, server).followLogs('job-1', { since: 'yesterday' })
    assert.is(((await rejectionOf(lines.next())) as { code?: unknown }).code, 'ERR_INVALID_ARGUMENT')
  })

  test('gives all lines of a job that is over, in pages, without a stream', async (context) => {
    const server = await running(context)
    server.put({ status: 'failed' })
    server.log('job-1', ...numbers(1, 1_000))
    const log = read(context, clientOf(context, server))
    await until(() => log.end === 'complete')
    assert.equal(log.texts, numbers(1, 1_000))
  })

  test('gives lines that were written just before the end, and were never in the stream', async (context) => {
    const server = await running(context)
    const log = read(context, clientOf(context, server))
    await until(() => server.streams('logs') === 1 && server.streams() === 1)
    server.mute = true
    server.log('job-1', ...numbers(1, 20))
    server.mute = false
    server.become('job-1', 'completed')
    await until(() => log.end === 'complete')
    assert.equal(log.texts, numbers(1, 20))
  })

  test('gives each line once, in order, over connections that are lost all the time', async (context) => {
    const server = await running(context)
    const log = read(context, clientOf(context, server))
    const total = 300
    for (let line = 1; line <= total; line++) {
      server.log('job-1', String(line))
      if (line % 7 === 0) server.cutStreams()
      if (line % 31 === 0) server.endStreams()
      if (line % 50 === 0) server.faults.on(/logs/, 'reset', 'half', problem(503, 'ERR_SERVER_BUSY'))
      await turn()
    }
    server.become('job-1', 'completed')
    await until(() => log.end !== undefined)
    assert.is(log.end, 'complete')
    assert.equal(log.texts, numbers(1, total))
  })

  test('gives them over a restart of the server', async (context) => {
    const server = await running(context)
    const log = read(context, clientOf(context, server))
    server.log('job-1', '1')
    await until(() => log.texts.length === 1)
    await server.kill()
    server.log('job-1', '2')
    server.become('job-1', 'completed')
    await server.listen()
    await until(() => log.end === 'complete')
    assert.equal(log.texts, ['1', '2'])
  })

  test('gives them where no stream can be had', async (context) => {
    const server = await running(context)
    server.faults.on(/stream/, ...Array.from({ length: 200 }, () => ({ status: 200, body: '<html>' })))
    const log = read(context, clientOf(context, server))
    for (let line = 1; line <= 5; line++) {
      server.log('job-1', String(line))
      await until(() => log.texts.length === line)
    }
    server.become('job-1', 'cancelled')
    await until(() => log.end === 'complete')
  })

  test('goes over lines that are not kept any more', async (context) => {
    const server = await running(context)
    server.log('job-1', ...numbers(1, 9))
    server.lines.get('job-1')!.splice(0, 6)
    const log = read(context, clientOf(context, server))
    await until(() => log.texts.length === 3 && server.streams('logs') === 1)
    server.send('job-1', frame('gap', { firstKept: 15 }, 14), 'logs')
    const line: LogLine = { seq: 15, at: '', stream: 'stderr', text: '15' }
    server.send('job-1', frame('log', line, 15), 'logs')
    await until(() => log.texts.length === 4)
    assert.equal(log.texts, ['7', '8', '9', '15'])
  })

  test('fails when the job is deleted, or never was', async (context) => {
    const server = await running(context)
    const client = clientOf(context, server)
    const log = read(context, client)
    await until(() => server.streams('logs') === 1 && server.streams() === 1)
    server.remove('job-1')
    await until(() => log.end !== undefined)
    assert.instance(log.end, JobDeletedError)
    const none = read(context, client)
    await until(() => none.end !== undefined)
    assert.instance(none.end, JobNotFoundError)
    await until(() => server.streams('logs') === 0 && server.streams() === 0)
  })

  test('lets go of everything when nobody reads any more', async (context) => {
    const server = await running(context)
    const clock = new ManualClock()
    const log = read(context, clientOf(context, server, { clock }))
    await until(() => server.streams('logs') === 1 && server.streams() === 1)
    log.stop()
    await until(() => server.streams('logs') === 0 && server.streams() === 0)
    await rest()
    assert.is(clock.waiting, 0)
  })
})

suite('followLogs', (test) => {
  test('leaves with the server what is not asked for', { timeout: 30_000 }, async (context) => {
    const server = await running(context)
    const client = clientOf(context, server)
    const lines = client.followLogs('job-1')
    server.log('job-1', '1')
    assert.is((await lines.next()).value?.text, '1')
    const next = lines.next()
    await until(() => server.streams('logs') === 1)
    server.log('job-1', '2')
    assert.is((await next).value?.text, '2')

    // Far more than the buffers of two sockets take.
    const text = 'x'.repeat(64 * 1024)
    const written = 32 * 1024
    server.log('job-1', ...Array.from({ length: written / 64 }, () => text))
    for (let quiet = 0; quiet < 200; quiet++) await turn()
    assert.ok(server.unsent('logs') > 8 * 2 ** 20, `${server.unsent('logs')} bytes are with the server`)

    let read = 0
    for await (const line of lines) {
      assert.is(line.seq, 3 + read)
      if (++read === written / 64) break
    }
    await until(() => server.streams('logs') === 0 && server.streams() === 0)
  })

  test('ends with the reason of its signal', async (context) => {
    const server = await running(context)
    const control = new AbortController()
    const lines = clientOf(context, server).followLogs('job-1', { signal: control.signal })
    const next = rejectionOf(lines.next())
    await until(() => server.streams('logs') === 1)
    const why = new Error('enough')
    control.abort(why)
    assert.is(await next, why)
    await until(() => server.streams('logs') === 0 && server.streams() === 0)
  })
})
