import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { defaultLimits } from '../../../src/jobs/server/server-limits.ts'
import { suite } from '../../support/suite.ts'
import { recordProgram } from './recorded-program.ts'
import { hashOf, isWell, opened, setUp } from './setting.ts'

suite(
  'a job server that runs short of memory or patience',
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
      // All are there before anything else is sent, which would take the room of one of them.
      const { uploads } = defaultLimits
      const refused = new Promise<void>((resolve) => {
        let count = 0
        const answered = (): void => void (++count === sockets.length - uploads && resolve())
        for (const socket of sockets) socket.once('data', answered)
      })
      for (const socket of sockets) {
        const hash = hashOf(randomBytes(8))
        socket.write(
          `PUT /api/v1/files/${hash} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n1234`,
        )
      }
      const one = randomBytes(10)
      const until = async (wanted: number): Promise<void> => {
        while ((await api.put(hashOf(one), one)).status !== wanted) {
          await delay(20, undefined, { signal: context.signal })
        }
      }
      await refused
      await until(503)
      await api.goesOn(ticking, context.signal)
      for (const socket of sockets) socket.destroy()
      await until(204)
      await isWell(setting, context.signal)
    })
  },
  { timeout: 120_000 },
)
