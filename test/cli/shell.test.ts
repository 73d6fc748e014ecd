import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type TestContext, suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'
import { keys, PseudoTerminal } from './pseudo-terminal.ts'

/** A context whose server nobody has started. */
function withContexts(context: TestContext): Millrace {
  const millrace = new Millrace(context)
  mkdirSync(join(millrace.data, 'config', 'millrace'), { recursive: true })
  const contexts = { near: { url: 'http://127.0.0.1:1' }, far: { url: 'http://127.0.0.1:2' } }
  writeFileSync(join(millrace.data, 'config', 'millrace', 'config.json'), JSON.stringify({ contexts }))
  return millrace
}

suite(
  'millrace shell',
  (test) => {
    test('runs the lines of a script, with JavaScript, against a server', async (context) => {
      const millrace = new Millrace(context)
      const started = await millrace.jobmanager('start', '--port', '0')
      assert.is(started.code, 0, started.err)
      const { port } = millrace.server!
      const script = [
        '# a comment, and an empty line',
        '',
        'health -o json',
        'const found = await jobs()',
        'found.length',
        'function twice(x) {',
        '  return 2 * x',
        '}',
        'twice((await jobs.list()).items.length + 1)',
        '(await client.server()).version',
        'context',
        "config set-context 'here' --url http://127.0.0.1:1",
        'use here',
        'context.name',
      ]
      const { code, out, err } = await millrace.call(['shell'], { input: script.join('\n') })
      assert.is(code, 0, err)
      const url = `http://127.0.0.1:${port}`
      assert.is(
        out,
        `${JSON.stringify({ url, status: 'ok' }, undefined, 2)}\n0\n2\n'0.1.0'\n{ name: null, url: '${url}' }\n'here'\n`,
      )
      assert.match(err, /^Use it with [^]*Context here, http:\/\/127.0.0.1:1/)
    })

    test('ends a script at the first line that fails, or keeps going', async (context) => {
      const millrace = withContexts(context)
      for (const [line, expected, told] of [
        ['health --context near', 4, /127\.0\.0\.1:1/],
        ['health --nope', 2, /unknown option '--nope'/],
        ['config get token', 3, /has no value/],
        ['use nowhere', 2, /no context `nowhere`[^]*near, far/],
        ['health | jq', 2, /here it means nothing/],
        ['null.x', 1, /Uncaught TypeError/],
        ['await Promise.reject(new Error("oh"))', 1, /Uncaught Error: oh/],
        ['shell', 2, /This is the shell/],
      ] as const) {
        const script = `config get timeout\n${line}\nconfig get output\n`
        const { code, out, err } = await millrace.call(['shell'], { input: script })
        assert.equal([code, out], [expected, '30\n'], line)
        assert.match(err, told)
      }
      const input = 'config get token\nnull.x\nconfig get output\nexit'
      const { code, out } = await millrace.call(['shell', '--keep-going'], { input })
      assert.equal([code, out], [3, 'table\n'])
      assert.is((await millrace.call(['shell'], { input: 'exit 7\nhealth' })).code, 7)
      assert.is((await millrace.call(['shell'], { input: 'let x = {' })).code, 1)
    })

    test('goes to the server that its options name, with every command', async (context) => {
      const millrace = withContexts(context)
      const { out } = await millrace.call(['shell', '--context', 'far', '--timeout', '7'], {
        input: 'config get url\nconfig get timeout\nconfig get url --context near\ncontext.name',
        env: { MILLRACE_URL: 'http://elsewhere:3' },
      })
      assert.is(out, "http://127.0.0.1:2\n7\nhttp://127.0.0.1:1\n'far'\n")
    })

    test('is typed at: commands, JavaScript, completion, errors, contexts and history', async (context) => {
      const millrace = withContexts(context)
      const terminal = new PseudoTerminal(context, millrace.command(['shell']), { columns: 100, rows: 40 })
      await terminal.until('millrace 127.0.0.1:19001>')
      terminal.type('conf', keys.tab)
      await terminal.until('> config')
      terminal.type('get time', keys.tab)
      await terminal.until('> config get timeout')
      terminal.type('\r')
      await terminal.until(/\n30\nmillrace/)
      terminal.type('config get token\r')
      await terminal.until('exit code 3')
      terminal.type('const x = await Promise.resolve(6 * 7); x\r')
      await terminal.until(/\n42\n/)
      terminal.type('use n', keys.tab, '\r')
      await terminal.until('millrace near>')
      terminal.type('client.jobs.waitFo', keys.tab, '\u0015')
      terminal.type('client.waitF', keys.tab)
      await terminal.until('client.waitForEnd')
      terminal.type('\u0015')
      // Each waits for the one before it, though they come at once.
      terminal.type('config get url\rconfig get output\r"th" + "ird"\r')
      await terminal.until(/\nhttp:\/\/127\.0\.0\.1:1\n[^]*\ntable\n[^]*\n'third'\n/)
      terminal.type('config delete-context near\r')
      await terminal.until('Delete the context near (http://127.0.0.1:1)? [y/N]')
      terminal.type('y\r')
      await terminal.until('The context near is deleted')
      terminal.type('use far\r')
      await terminal.until('millrace far>')
      terminal.type('exit\r')
      assert.is((await terminal.ended).code, 0)
      const history = join(millrace.data, 'state', 'millrace', 'shell-history')
      assert.is(statSync(history).mode & 0o777, 0o600)
      assert.match(readFileSync(history, 'utf8'), /^exit\nuse far\n[^]*config get timeout $/)

      // The newest thousand are kept.
      const lines = Array.from({ length: 1_500 }, (_, i) => `config get output # ${i}`)
      writeFileSync(history, `${readFileSync(history, 'utf8')}\n${lines.join('\n')}`)
      const again = new PseudoTerminal(context, millrace.command(['shell']))
      await again.until('>')
      again.type(keys.up, keys.up)
      await again.until('> use far')
      again.type('\r')
      await again.until('millrace far>')
      again.type(keys.ctrlD)
      assert.is((await again.ended).code, 0)
      assert.is(readFileSync(history, 'utf8').trimEnd().split('\n').length, 1_000)
    })

    test('breaks off lines, JavaScript and commands with Ctrl-C, and leaves with two', async (context) => {
      const millrace = withContexts(context)
      const terminal = new PseudoTerminal(context, millrace.command(['shell']), { columns: 100, rows: 40 })
      await terminal.until('millrace 127.0.0.1:19001>')
      const prompts = (count: number): Promise<unknown> =>
        terminal.until(({ text }) => text.split('19001>').length - 1 === count)
      terminal.type('half a line', keys.ctrlC)
      await prompts(2)
      terminal.type('console.log("lo" + "op"); for (;;);\r')
      await terminal.until('\nloop\n')
      terminal.type(keys.ctrlC)
      await terminal.until('Uncaught Error: interrupted')
      await prompts(3)
      // From a timer: node listens for Ctrl-C in another way once the line has been run as far as its first await.
      terminal.type('await new Promise(() => setTimeout(() => console.log("wai" + "ting")))\r')
      await terminal.until('\nwaiting\n')
      terminal.type(keys.ctrlC)
      await prompts(4)
      terminal.type('config delete-context near\r')
      await terminal.until('[y/N]')
      terminal.type(keys.ctrlC)
      await terminal.until('exit code 130')
      await prompts(5)
      assert.match((await millrace.call(['config', 'contexts'])).out, 'near')
      terminal.type(keys.ctrlC)
      await terminal.until('To exit, press Ctrl+C again')
      terminal.type(keys.ctrlC)
      assert.is((await terminal.ended).code, 0)
    })
  },
  { timeout: 90_000 },
)
