import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

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
      assert.is(unknown.code, 2)
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
          assert.is(again.code, 2)
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
        assert.is(code, 2)
        assert.match(err, 'token')
        assert.not.match(err, 'sh0rt')
      }
      assert.is(existsSync(join(millrace.data, 'server.json')), false)
    })
  },
  { timeout: 120_000 },
)
