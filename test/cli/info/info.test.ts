import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { packageVersion } from '../../../src/util/package-version.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { start } from '../following/started.ts'
import { Millrace } from '../millrace.ts'

/** A server that has a page. */
async function serverWithPage({ cleanup }: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    const [type, body] =
      request.url === '/' ? ['text/html; charset=utf-8', '<p>jobs'] : ['application/json', '{"status":"ok"}']
    response.writeHead(200, { 'content-type': type, connection: 'close' }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanup(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

suite(
  'commands about a server',
  (test) => {
    test('info, metrics, its page and its log', async (context) => {
      const millrace = new Millrace(context)
      const nothing = await millrace.call(['jobmanager', 'logs'])
      assert.equal([nothing.code, nothing.out], [3, ''])
      assert.match(nothing.err, 'There is no log yet: ')
      const following = start(context, millrace, ['jobmanager', 'logs', '--follow', '--output', 'ndjson'])
      await millrace.jobmanager('start', '--port', '0')
      const { port } = millrace.server!
      const url = `http://127.0.0.1:${port}`

      const info = await millrace.call(['info'])
      assert.is(info.code, 0, info.err)
      assert.match(info.out, new RegExp(`^millrace +${packageVersion()}\n`))
      assert.match(
        info.out,
        new RegExp(`\nserver +${url} \\(${join(millrace.data, 'server.json')}\\)\n +millrace \\S+, for `),
      )
      assert.match(info.out, /\njobs +0: 0 running of at most \d+, 0 queued\n/)
      assert.match(info.out, /\nbackground +asks providers every 30 s, starts jobs of the queue\n/)
      assert.match(info.out, /\nconfiguration .*config\.json, which is not there\n/)

      const metrics = await millrace.call(['metrics', '--filter', 'millrace_queue_length'])
      assert.equal([metrics.code, metrics.err], [0, ''])
      assert.match(
        metrics.out,
        /^# HELP millrace_queue_length .*\n# TYPE millrace_queue_length gauge\nmillrace_queue_length 0\n$/,
      )
      const none = await millrace.call(['metrics', '--filter', 'nothing like it'])
      assert.equal([none.code, none.out], [3, ''])

      assert.match(await (await fetch(url)).text(), /<title>Millrace<\/title>/)

      const log = await millrace.call(['jobmanager', 'logs', '--tail', '1', '--no-color'])
      assert.match(log.out, new RegExp(`^\\d\\d:\\d\\d:\\d\\d listening on ${url}\n$`))
      assert.is((await millrace.call(['jobmanager', 'logs', '--level', 'error', '-o', 'json'])).out, '[]\n')
      await following.until(/listening/)
      following.interrupt()
      assert.is(await following.ended, 130)
      const lines = following.said.out.trimEnd().split('\n')
      assert.equal(
        lines.map((line) => (JSON.parse(line) as { level: number }).level),
        lines.map(() => 30),
      )

      millrace.killServer()
      const gone = await millrace.call(['info', '-o', 'json', '--timeout', '1', '--port', String(port)])
      assert.is(gone.code, 4)
      const { client, server } = JSON.parse(gone.out) as { client: { version: string }; server: object }
      assert.is(client.version, packageVersion())
      assert.equal(server, { url, origin: '--port', info: null })
      assert.match(gone.err, `127.0.0.1:${port}`)
    })

    test('open, where there is a browser, or none', async (context) => {
      const millrace = new Millrace(context)
      const url = await serverWithPage(context)
      const [browser, seen] = [join(millrace.data, 'browser'), join(millrace.data, 'seen')]
      writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > ${seen}.part && mv ${seen}.part ${seen}\n`)
      chmodSync(browser, 0o700)
      const opened = await millrace.call(['open', '--url', url], { env: { BROWSER: browser } })
      assert.equal([opened.code, opened.out, opened.err], [0, `${url}\n`, ''])
      const missing = await millrace.call(['open', '--url', url], {
        env: { BROWSER: join(millrace.data, 'none') },
      })
      assert.is(missing.code, 1)
      assert.match(missing.err, `open ${url} yourself`)
      const printed = await millrace.call(['open', '--print', '--url', 'http://127.0.0.1:1'])
      assert.equal([printed.code, printed.out], [0, 'http://127.0.0.1:1\n'])
      // It was started before the command has ended, and two commands ago.
      assert.is(readFileSync(seen, 'utf8'), url)
    })
  },
  { timeout: 120_000 },
)
