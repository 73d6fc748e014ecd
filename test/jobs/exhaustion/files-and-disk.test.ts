import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { isAlive } from '../../../src/storage/file/process-identity.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { Api } from './api.ts'
import { hashOf, isWell, opened, setUp } from './setting.ts'

/** Whether this user may mount a small disk. */
const mayMount = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-mount-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0
  if (mounted) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true })
  return mounted
})()

/** Whether the limits of a process can be changed. */
const mayLimit = spawnSync('prlimit', ['--version']).status === 0

suite(
  'a job server that runs short of files or disk',
  (test) => {
    const withLimit = mayLimit ? test : (test.skip as typeof test)
    withLimit(
      'file descriptors: what it cannot take waits or is refused, and what runs goes on',
      async (context) => {
        const setting = await setUp(context)
        const { api, ticking, millrace, quick } = setting
        const { pid } = millrace.server!
        const used = readdirSync(`/proc/${pid}/fd`).length
        execFileSync('prlimit', ['--pid', String(pid), `--nofile=${used + 20}`])
        const sockets = await Promise.all(Array.from({ length: 200 }, () => opened(millrace.server!.port)))
        context.cleanup(() => sockets.forEach((socket) => socket.destroy()))
        // Over a connection that is there already.
        const { status, body } = await api.post<{ code?: string; id: string }>(
          '/api/v1/jobs',
          quick.submission,
        )
        assert.ok(status === 201 || body.code === 'ERR_STORE', JSON.stringify(body))
        await api.goesOn(ticking, context.signal)
        for (const socket of sockets) socket.destroy()
        if (status === 201) await api.until(body.id, (job) => job.status === 'completed', context.signal)
        await isWell(setting, context.signal)
      },
    )

    const onSmallDisk = mayMount ? test : (test.skip as typeof test)
    onSmallDisk('disk: what has to be written is refused, and what runs goes on', async (context) => {
      const disk = smallDisk(context)
      const setting = await setUp(context, disk)
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
        const { api, ticking, millrace } = await setUp(context, disk)
        const filler = join(disk, 'filler')
        const { pid } = (await api.job(ticking)).process!
        millrace.killServer()
        // The job saves its state, and makes room where it clears up: a server could come up in that, and wait for more.
        while (isAlive({ pid })) await delay(50, undefined, { signal: context.signal })
        fill(filler)
        const started = await millrace.jobmanager('start', '--port', '0')
        assert.is(started.code, 1)
        assert.match(started.err, /the server ended with exit code 1\n[^]* the disk of/, started.err)
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
