import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { Millrace } from '../../cli/millrace.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { Api } from './api.ts'
import { recordProgram, type RecordedProgram } from './recorded-program.ts'

/** A server, and a job on it that goes on and on. */
interface Setting {
  readonly millrace: Millrace
  readonly api: Api
  readonly ticking: string
  readonly quick: RecordedProgram
}

const setUp = async (
  context: TestContext,
  { before = ':', parent = tmpdir() }: { readonly before?: string; readonly parent?: string } = {},
): Promise<Setting> => {
  const millrace = new Millrace(context, parent)
  const [ticking, quick] = await Promise.all([
    recordProgram(context, 'ticking'),
    recordProgram(context, 'quick'),
  ])
  const { code, err } = await millrace.call(['jobmanager', 'start', '--port', '0', '--max-running', '3'], {
    before,
  })
  assert.is(code, 0, err)
  const api = new Api(millrace.server!.port)
  await api.upload(ticking)
  await api.upload(quick)
  const id = await api.submit(ticking)
  await api.until(id, ({ progress }) => (progress?.read ?? 0) > 0, context.signal)
  return { millrace, api, ticking: id, quick }
}

/** When the pressure has ended everything is as before. */
const isWell = async ({ millrace, api, ticking, quick }: Setting, signal: AbortSignal): Promise<void> => {
  const job = await api.submit(quick)
  await api.until(job, ({ status }) => status === 'completed', signal)
  await api.goesOn(ticking, signal)
  assert.is((await api.job(ticking)).restarts, 0)
  const saved = async (): Promise<number> => {
    const { body } = await api.ask<{ items: { id: number }[] }>(`/api/v1/jobs/${ticking}/checkpoints`)
    return body.items[0]?.id ?? 0
  }
  const before = await saved()
  await api.until(ticking, () => true, signal)
  while ((await saved()) <= before) signal.throwIfAborted()
  const { code } = await millrace.jobmanager('status')
  assert.is(code, 0)
  const stopped = await millrace.jobmanager('stop')
  assert.is(stopped.code, 0, stopped.err)
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Whether this user may mount a small disk. */
const mayMount = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-mount-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0
  if (mounted) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true })
  return mounted
})()

suite(
  'a job server that runs short of something',
  (test) => {
    test('memory: the job that eats it fails, and no other notices', async (context) => {
      const { signal } = context
      const setting = await setUp(context)
      const { api, ticking } = setting
      const { files, submission } = await recordProgram(context, 'eating')
      const eating = { files, submission: { ...submission, options: { memoryMb: 128 } } }
      await api.upload(eating)
      const eater = await api.submit(eating)
      const failed = await api.until(eater, ({ status }) => status === 'failed', signal)
      assert.is(failed.error!.code, 'ERR_JOB_OUT_OF_MEMORY')
      assert.match(failed.error!.message, 'it may have 128 MB')
      await api.goesOn(ticking, signal)
      await isWell(setting, signal)
    })

    test('patience: of a flood of uploads it takes some, and refuses the others until later', async (context) => {
      const setting = await setUp(context)
      const { api, ticking, millrace } = setting
      const bodies = Array.from({ length: 300 }, () => randomBytes(200_000))
      const flood = Promise.all(bodies.map((body) => api.put(hashOf(body), body)))
      await api.goesOn(ticking, context.signal)
      const statuses = (await flood).map(({ status, body }) => (status === 204 ? 204 : body.code))
      assert.equal(
        new Set(statuses.map((status) => status === 204 || status === 'ERR_SERVER_BUSY')),
        new Set([true]),
      )
      const { body } = await api.post<{ missing: string[] }>('/api/v1/files/missing', {
        hashes: bodies.map(hashOf),
      })
      assert.is(body.missing.length, statuses.filter((status) => status !== 204).length)
      for (const hash of body.missing) {
        const { status } = await api.put(
          hash,
          bodies.find((bytes) => hashOf(bytes) === hash)!,
        )
        assert.is(status, 204)
      }
      assert.equal(
        readdirSync(join(millrace.data, 'files')).filter((name) => !/^[0-9a-f]{64}$/.test(name)),
        [],
      )
      await isWell(setting, context.signal)
    })

    test('patience: uploads that never end keep no room for good', async (context) => {
      const setting = await setUp(context)
      const { api, ticking, millrace } = setting
      const { port } = millrace.server!
      const sockets = await Promise.all(Array.from({ length: 100 }, () => opened(port)))
      context.cleanup(() => sockets.forEach((socket) => socket.destroy()))
      for (const socket of sockets) {
        const hash = hashOf(randomBytes(8))
        socket.write(
          `PUT /api/v1/files/${hash} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n1234`,
        )
      }
      const one = randomBytes(10)
      while ((await api.put(hashOf(one), one)).status !== 503) context.signal.throwIfAborted()
      await api.goesOn(ticking, context.signal)
      for (const socket of sockets) socket.destroy()
      while ((await api.put(hashOf(one), one)).status !== 204) context.signal.throwIfAborted()
      await isWell(setting, context.signal)
    })

    test('file descriptors: what it cannot take waits or is refused, and what runs goes on', async (context) => {
      const setting = await setUp(context)
      const { api, ticking, millrace, quick } = setting
      const { pid } = millrace.server!
      const used = readdirSync(`/proc/${pid}/fd`).length
      execFileSync('prlimit', ['--pid', String(pid), `--nofile=${used + 20}`])
      const sockets = await Promise.all(Array.from({ length: 200 }, () => opened(millrace.server!.port)))
      context.cleanup(() => sockets.forEach((socket) => socket.destroy()))
      // Over a connection that is there already.
      const { status, body } = await api.post<{ code?: string; id: string }>('/api/v1/jobs', quick.submission)
      assert.ok(status === 201 || body.code === 'ERR_STORE', JSON.stringify(body))
      await api.goesOn(ticking, context.signal)
      for (const socket of sockets) socket.destroy()
      if (status === 201) await api.until(body.id, (job) => job.status === 'completed', context.signal)
      await isWell(setting, context.signal)
    })

    const onSmallDisk = mayMount ? test : (test.skip as typeof test)
    onSmallDisk('disk: what has to be written is refused, and what runs goes on', async (context) => {
      const disk = smallDisk(context)
      const setting = await setUp(context, { parent: disk })
      const { api, ticking, millrace, quick } = setting
      const filler = join(disk, 'filler')
      fill(filler)
      const file = randomBytes(100_000)
      const refused = [await api.put(hashOf(file), file), await api.post('/api/v1/jobs', quick.submission)]
      for (const { status, body } of refused) {
        assert.equal([status, body.code], [503, 'ERR_STORE'])
        assert.match(`${body.detail} ${body.remedy}`, /(ENOSPC|full).* free space on the disk/)
      }
      await api.goesOn(ticking, context.signal)
      assert.is((await millrace.jobmanager('status')).code, 0)
      rmSync(filler)
      await isWell(setting, context.signal)
    })

    onSmallDisk(
      'disk: a server does not start on a full one, says so, and starts when there is room',
      async (context) => {
        const disk = smallDisk(context)
        const { ticking, millrace } = await setUp(context, { parent: disk })
        const filler = join(disk, 'filler')
        fill(filler)
        millrace.killServer()
        const started = await millrace.jobmanager('start', '--port', '0')
        assert.is(started.code, 1)
        assert.match(started.err, /the server ended with exit code 1\n[^]* free space on the disk/)
        rmSync(filler)
        const again = await millrace.jobmanager('start', '--port', '0')
        assert.is(again.code, 0, again.err)
        const next = new Api(millrace.server!.port)
        await next.until(ticking, ({ status }) => status === 'running', context.signal)
        await next.goesOn(ticking, context.signal)
      },
    )
  },
  { timeout: 120_000 },
)

const smallDisk = ({ cleanup }: TestContext): string => {
  const disk = mkdtempSync(join(tmpdir(), 'millrace-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk])
  cleanup(() => {
    spawnSync('umount', ['--lazy', disk])
    rmSync(disk, { recursive: true })
  })
  return disk
}

const opened = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Writes until the disk takes no byte more. */
const fill = (path: string): void => {
  const file = openSync(path, 'w')
  try {
    for (const size of [1_000_000, 4_096, 1]) {
      const bytes = Buffer.alloc(size)
      try {
        for (;;) writeSync(file, bytes)
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ENOSPC') throw error
      }
    }
  } finally {
    closeSync(file)
  }
}
