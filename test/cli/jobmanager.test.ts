import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
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
      assert.is(elsewhere.code, 1)
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
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        const millrace = new Millrace(context)
        const child = millrace.spawn(['jobmanager', 'run', '--port', '0'])
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

suite(
  'tokens of millrace jobmanager',
  (test) => {
    const token = 'a-token-that-is-long-enough'
    const ask = async (port: number, bearer?: string): Promise<number> => {
      const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
      const { status } = await fetch(`http://127.0.0.1:${port}/api/v1/jobs`, { headers })
      return status
    }

    test('are made, listed and deleted, whether the server runs or not', async (context) => {
      const millrace = new Millrace(context)
      const first = await millrace.jobmanager('token', 'create', 'ops', '--scope', 'admin')
      assert.is(first.code, 0, first.err)
      assert.match(first.out, /^millrace_\S{43}\n$/)
      await millrace.jobmanager('start', '--port', '0')
      const { port } = millrace.server!
      const second = await millrace.jobmanager('token', 'create', 'ci', '--scope', 'read')
      assert.equal(
        [await ask(port), await ask(port, first.out.trim()), await ask(port, second.out.trim())],
        [401, 200, 200],
      )

      const listed = JSON.parse((await millrace.jobmanager('token', 'list', '--json')).out) as {
        id: string
        name: string
        scopes: string[]
      }[]
      assert.equal(
        listed.map(({ name, scopes }) => [name, scopes]),
        [
          ['ops', ['admin']],
          ['ci', ['read']],
        ],
      )
      const table = (await millrace.jobmanager('token', 'list')).out
      assert.match(table, /^ID +NAME +SCOPE +CREATED +USED\n\w{16} +ops +admin +\d+ s ago/)
      assert.not.match(table + JSON.stringify(listed), first.out.trim())

      assert.is((await millrace.jobmanager('token', 'delete', listed[1]!.id)).code, 0)
      assert.is(await ask(port, second.out.trim()), 401)
      const unknown = await millrace.jobmanager('token', 'delete', 'nobody')
      assert.is(unknown.code, 1)
      assert.match(unknown.err, 'there is no token nobody')
    })

    test('are not seen in the command line, environment or folder of a server', async (context) => {
      for (const how of ['flag', 'environment', 'file', 'input'] as const) {
        const millrace = new Millrace(context)
        const file = join(millrace.data, 'token.txt')
        if (how === 'file') writeFileSync(file, `${token}\n`, { mode: 0o600 })
        const args = {
          flag: ['--token', token],
          environment: [],
          file: ['--token-file', 'token.txt'],
          input: ['--token-file', '-'],
        }[how]
        const started = await millrace.call(['jobmanager', 'start', '--port', '0', ...args], {
          ...(how === 'environment' ? { env: { MILLRACE_TOKEN: token } } : {}),
          ...(how === 'input' ? { input: `${token}\n` } : {}),
        })
        assert.is(started.code, 0, started.err)
        const { pid, port } = millrace.server!
        assert.equal([await ask(port), await ask(port, token)], [401, 200], how)
        if (process.platform === 'linux') {
          for (const seen of ['cmdline', 'environ']) {
            assert.not.match(readFileSync(`/proc/${pid}/${seen}`, 'utf8'), token, `${how}: ${seen}`)
          }
        }
        for (const name of readdirSync(millrace.data, { recursive: true, encoding: 'utf8' })) {
          const path = join(millrace.data, name)
          if (path === file || name === 'logs' || name === 'jobs' || name === 'files') continue
          if (name !== 'server.lock') assert.not.match(readFileSync(path, 'latin1'), token, `${how}: ${name}`)
        }
        if (how === 'file') {
          assert.is((await millrace.jobmanager('restart')).code, 0)
          assert.is(await ask(millrace.server!.port, token), 200)
        } else if (how === 'flag') {
          const again = await millrace.jobmanager('restart')
          assert.is(again.code, 1)
          assert.match(again.err, 'give it again')
          assert.is(millrace.server!.pid, pid)
        }
        await millrace.jobmanager('stop')
      }
    })

    test('are needed to listen where others can reach it', async (context) => {
      const millrace = new Millrace(context)
      const refused = await millrace.jobmanager('start', '--port', '0', '--host', '0.0.0.0')
      assert.is(refused.code, 1)
      assert.match(refused.err, 'token')
      const { code, err } = await millrace.jobmanager(
        'start',
        '--port',
        '0',
        '--host',
        '0.0.0.0',
        '--token',
        token,
      )
      assert.is(code, 0, err)
      assert.equal(await ask(millrace.server!.port), 401)
    })

    test('that are none are refused without being shown', async (context) => {
      const millrace = new Millrace(context)
      const cases = [
        await millrace.jobmanager('start', '--port', '0', '--token', 'sh0rt'),
        await millrace.jobmanager('start', '--port', '0', '--token-file', 'nowhere'),
        await millrace.call(['jobmanager', 'run', '--port', '0', '--token-file', '-'], { input: ' \n' }),
      ]
      for (const { code, err } of cases) {
        assert.is(code, 1)
        assert.match(err, 'token')
        assert.not.match(err, 'sh0rt')
      }
      assert.is(existsSync(join(millrace.data, 'server.json')), false)
    })
  },
  { timeout: 120_000 },
)
