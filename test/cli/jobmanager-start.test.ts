import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

suite(
  'millrace jobmanager start',
  (test) => {
    test('starts again after kill -9, without any cleaning', async (context) => {
      const millrace = new Millrace(context)
      await millrace.jobmanager('start', '--port', '0')
      const { pid } = millrace.server!
      millrace.killServer()
      const { code, out } = await millrace.jobmanager('status')
      assert.is(code, 1)
      assert.match(out, 'not running: it ended without being stopped')
      assert.is((await millrace.jobmanager('stop')).code, 0)
      const started = await millrace.jobmanager('start', '--port', '0')
      assert.is(started.code, 0, started.err)
      assert.is.not(millrace.server!.pid, pid)
    })

    test('takes no other process for the server that had its number', async (context) => {
      const millrace = new Millrace(context)
      const stale = {
        pid: process.pid,
        started: 'boot:1',
        state: 'running',
        host: '127.0.0.1',
        port: 1,
        options: {},
      }
      writeFileSync(
        join(millrace.data, 'server.json'),
        JSON.stringify({ ...stale, version: '1', startedAt: '' }),
      )
      if (process.platform !== 'linux') return
      assert.is((await millrace.jobmanager('status')).code, 1)
      const stopped = await millrace.jobmanager('stop')
      assert.equal([stopped.code, stopped.err], [0, 'The job server does not run\n'])
      assert.is((await millrace.jobmanager('start', '--port', '0')).code, 0)
    })

    test('starts with a server file that makes no sense', async (context) => {
      const millrace = new Millrace(context)
      writeFileSync(join(millrace.data, 'server.json'), '\0\0\0')
      assert.is((await millrace.jobmanager('status')).code, 3)
      assert.is((await millrace.jobmanager('start', '--port', '0')).code, 0)
    })

    test('says who has the port', async (context) => {
      const [first, second] = [new Millrace(context), new Millrace(context)]
      await first.jobmanager('start', '--port', '0')
      const { pid, port } = first.server!
      const taken = await second.jobmanager('start', '--port', String(port))
      assert.is(taken.code, 1)
      assert.match(taken.err, `that is taken by another Millrace job server, process ${pid} (`)
      assert.match(taken.err, 'choose another port')
      assert.is(second.server, undefined)

      const other = createServer((socket) => socket.resume().end('220 mail\r\n'))
      other.listen(0, '127.0.0.1')
      await once(other, 'listening')
      context.cleanup(() => other.close())
      const mail = await second.jobmanager('start', '--port', String((other.address() as AddressInfo).port))
      assert.is(mail.code, 1)
      assert.match(mail.err, `that is taken by process ${process.pid} (`)
    })

    test('is alone in its data folder, however many are started at once', async (context) => {
      const millrace = new Millrace(context)
      const said = await Promise.all([1, 2, 3].map(() => millrace.jobmanager('start', '--port', '0')))
      const { pid } = millrace.server!
      assert.ok(said.some(({ code }) => code === 0))
      for (const { code, err } of said) {
        assert.match(err, code === 0 ? `process ${pid}\n` : `is in use by`, err)
      }
      assert.is((await millrace.jobmanager('status')).code, 0)
      const foreground = await millrace.jobmanager('run', '--port', '0')
      assert.is(foreground.code, 1)
      assert.match(foreground.err, `is in use by the server of process ${pid}`)
      assert.is((await millrace.jobmanager('status')).code, 0)
    })

    test('shows what was logged last when the server does not come up', async (context) => {
      const millrace = new Millrace(context)
      writeFileSync(join(millrace.data, 'jobs.db'), 'a file that is not ours')
      const { code, err } = await millrace.jobmanager('start', '--port', '0')
      assert.is(code, 1)
      assert.match(err, /the server ended with exit code 1\n.* millrace .* starts.*\n.* error .*jobs\.db/)
      assert.is(millrace.server, undefined)
    })
  },
  { timeout: 120_000 },
)
