import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { isAlive } from '../../src/storage/file/process-identity.ts'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

suite(
  'millrace jobmanager',
  (test) => {
    test('starts, tells how it is, and stops', async (context) => {
      const millrace = new Millrace(context)
      const before = await millrace.jobmanager('status')
      assert.equal([before.code, before.err], [3, ''])
      assert.match(before.out, /^state {2}stopped\n/)

      const started = await millrace.jobmanager('start', '--port', '0', '--max-running', '3')
      assert.is(started.code, 0, started.err)
      const { pid, port } = millrace.server!
      assert.is(started.err, `The job server runs: http://127.0.0.1:${port}, process ${pid}\n`)
      assert.is(started.out, '')
      const info = (await (await fetch(`http://127.0.0.1:${port}/api/v1/server`)).json()) as {
        maxRunning: number
      }
      assert.is(info.maxRunning, 3)

      const running = await millrace.jobmanager('status', '--json')
      const status = JSON.parse(running.out) as { state: string; server: { pid: number }; jobs: object }
      assert.equal([running.code, status.state, status.server.pid], [0, 'running', pid])
      assert.equal(new Set(Object.values(status.jobs)), new Set([0]))
      assert.match((await millrace.jobmanager('status')).out, new RegExp(`process +${pid}, for \\d+ s\n`))

      const again = await millrace.jobmanager('start')
      assert.equal([again.code, millrace.server!.pid], [0, pid])
      assert.match(again.err, 'runs already')
      const elsewhere = await millrace.jobmanager('start', '--port', '1')
      assert.is(elsewhere.code, 2)
      assert.match(elsewhere.err, 'restart')

      const stopped = await millrace.jobmanager('stop')
      assert.is(stopped.code, 0, stopped.err)
      assert.not.ok(isAlive({ pid }))
      assert.is(millrace.server, undefined)
      assert.is((await millrace.jobmanager('status')).code, 3)
      const twice = await millrace.jobmanager('stop')
      assert.equal([twice.code, twice.err], [0, 'The job server does not run\n'])
    })

    test('restarts with what it was started with, but for what is said', async (context) => {
      const millrace = new Millrace(context)
      await millrace.jobmanager('start', '--port', '0', '--max-running', '3', '--memory', '200')
      const { pid } = millrace.server!
      const { code, err } = await millrace.jobmanager('restart', '--memory', '300')
      assert.is(code, 0, err)
      assert.not.ok(isAlive({ pid }))
      const { port } = millrace.server!
      const info = (await (await fetch(`http://127.0.0.1:${port}/api/v1/server`)).json()) as object
      assert.equal(
        [
          (info as { maxRunning: number }).maxRunning,
          (info as { limits: { memoryMb: number } }).limits.memoryMb,
        ],
        [3, 300],
      )
    })

    test('says when a server does not end, and kills it if told to', async (context) => {
      const millrace = new Millrace(context)
      await millrace.jobmanager('start', '--port', '0')
      const { pid } = millrace.server!
      process.kill(pid, 'SIGSTOP')
      const silent = await millrace.jobmanager('status')
      assert.is(silent.code, 4)
      assert.match(silent.out, 'does not answer')
      const { code, err } = await millrace.jobmanager('stop', '--wait', '0.2')
      assert.is(code, 1)
      assert.match(err, `process ${pid}, has not ended after 0.2 s`)
      assert.match(err, '--force')
      const forced = await millrace.jobmanager('stop', '--wait', '0.2', '--force')
      assert.is(forced.code, 0, forced.err)
      assert.not.ok(isAlive({ pid }))
      assert.is((await millrace.jobmanager('start', '--port', '0')).code, 0)
    })

    test('runs in the foreground until it is told to end', async (context) => {
      for (const [signal, ...command] of [
        ['SIGINT', 'run'],
        ['SIGTERM', 'start', '--foreground'],
        ['SIGHUP', 'run'],
      ] as const) {
        const millrace = new Millrace(context)
        const child = millrace.spawn(['jobmanager', ...command, '--port', '0'])
        const ended = once(child, 'close')
        let out = ''
        child.stdout!.on('data', (text: Buffer) => (out += text.toString()))
        while (!out.includes('listening on')) await once(child.stdout!, 'data')
        const { port } = millrace.server!
        assert.match(out, new RegExp(`^\\d\\d:\\d\\d:\\d\\d millrace \\S+ starts data=${millrace.data}\n`))
        assert.match(out, `listening on http://127.0.0.1:${port}\n`)
        child.kill(signal)
        assert.equal(await ended, [0, null])
        assert.match(out, new RegExp(`${signal}: stopping\n.* stopped\n$`))
        assert.is(millrace.server, undefined)
        const log = readFileSync(join(millrace.data, 'logs', 'server.log'), 'utf8')
          .trim()
          .split('\n')
        const messages = log.map((line) => (JSON.parse(line) as { msg: string }).msg)
        assert.equal(messages.slice(-2), [`${signal}: stopping`, 'stopped'])
      }
    })
  },
  { timeout: 120_000 },
)
