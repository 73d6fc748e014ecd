import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

const TOKEN = 'a-token-of-sixteen-or-more'

suite(
  'millrace config',
  (test) => {
    test('keeps contexts: makes, lists, uses, changes and deletes them', async (context) => {
      const millrace = new Millrace(context)
      const config = async (...args: readonly string[]): Promise<string> => {
        const { code, out, err } = await millrace.call(['config', ...args])
        assert.is(code, 0, err)
        return out
      }
      const path = join(millrace.data, 'config', 'millrace', 'config.json')
      assert.is(await config('path'), `${path}\n`)
      writeFileSync(join(millrace.data, 'token'), TOKEN)
      await config('set-context', 'near', '--url', 'http://near:1', '--token-file', 'token')
      const far = await millrace.call(
        ['config', 'set-context', 'far', '--url', 'http://far:2', '--token-file', '-', '--use'],
        { input: `${TOKEN}\n` },
      )
      assert.equal([far.code, far.out, far.err], [0, '', 'far is in use\n'])
      assert.is(
        await config('contexts'),
        `CURRENT  NAME  URL            TOKEN
         near  http://near:1  ${join(millrace.data, 'token')}
*        far   http://far:2   ********\n`,
      )
      assert.is(await config('contexts', '--output', 'name'), 'near\nfar\n')

      await config('set', 'timeout', '2.5')
      await config('set', 'url', 'https://far:3')
      assert.equal(JSON.parse(await config('list', '--output', 'json')), [
        { key: 'context', value: 'far', origin: path },
        { key: 'url', value: 'https://far:3', origin: `context far in ${path}` },
        { key: 'token', value: '********', origin: `context far in ${path}` },
        { key: 'tokenFile', value: null, origin: 'default' },
        { key: 'timeout', value: 2.5, origin: path },
        { key: 'output', value: 'json', origin: '--output' },
      ])
      assert.is(
        (await config('list', '--port', '4')).replace(/ +/g, ' '),
        `SETTING VALUE ORIGIN\ncontext far ${path}\nurl http://127.0.0.1:4 --port\ntoken - default\ntokenFile - default\ntimeout 2.5 ${path}\noutput table default\n`,
      )
      assert.is(await config('get', 'token'), `${TOKEN}\n`)
      assert.is(await config('get', 'timeout'), '2.5\n')

      await config('use-context', 'near')
      assert.is(await config('get', 'tokenFile'), `${join(millrace.data, 'token')}\n`)
      await config('unset', 'tokenFile')
      await config('unset', 'timeout')
      const none = await millrace.call(['config', 'get', 'token'])
      assert.equal([none.code, none.out, none.err], [3, '', '`token` has no value\n'])

      const asked = await millrace.call(['config', 'delete-context', 'near'])
      assert.is(asked.code, 2)
      assert.match(asked.err, 'Delete the context near (http://near:1)?')
      await config('delete-context', 'near', '--yes')
      assert.equal(JSON.parse(readFileSync(path, 'utf8')), {
        contexts: { far: { url: 'https://far:3', token: TOKEN } },
      })
    })

    test('refuses what cannot work, and leaves the file as it is', async (context) => {
      const millrace = new Millrace(context)
      const path = join(millrace.data, 'config.json')
      const before = '{"contexts":{"a":{"url":"http://a"}}}'
      writeFileSync(path, before)
      for (const [args, expected] of [
        [['set', 'timeout', 'soon'], /`timeout` cannot be `soon`[^]*seconds, as in 30/],
        [['set', 'output', 'xml'], /`output` cannot be `xml`[^]*one of table/],
        [['set', 'colour', 'red'], /Allowed choices are context, output/],
        [['set', 'context', 'b'], /no context `b` in [^]*choose one of a/],
        [['set', 'url', 'http://x'], /`url` belongs to a context, and none is in use/],
        [['set', 'url', 'x', '--context', 'a'], /`url` cannot be `x`/],
        [['set', 'token', TOKEN, '--context', 'a'], /can be seen by others/],
        [['use-context', 'b'], /no context `b`/],
        [['delete-context', 'b', '--yes'], /no context `b`/],
        [['set-context', 'b'], /needs an address/],
        [['set-context', '-b', '--url', 'http://x'], /unknown option/],
        [['set-context', 'b c', '--url', 'http://x'], /cannot be the name/],
        [['set-context', 'b', '--url', 'http://x', '--token-file', '-'], /the standard input is empty/],
      ] as const) {
        const { code, out, err } = await millrace.call(['config', ...args], {
          env: { MILLRACE_CONFIG: path },
        })
        assert.equal([code, out], [2, ''], args.join(' '))
        assert.match(err, expected)
        assert.not.match(err, TOKEN)
        assert.is(readFileSync(path, 'utf8'), before)
      }
      writeFileSync(path, '{"contexts"')
      const { code, err } = await millrace.call(['config', 'set', 'timeout', '5'], {
        env: { MILLRACE_CONFIG: path },
      })
      assert.is(code, 2)
      assert.match(err, /cannot be used: [^]*mend it/)
      assert.is(readFileSync(path, 'utf8'), '{"contexts"')
    })
  },
  { timeout: 90_000 },
)
