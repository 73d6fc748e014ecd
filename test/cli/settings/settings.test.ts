import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { ConfigFile } from '../../../src/cli/settings/config-file.ts'
import {
  type GivenServerOptions,
  resolveSettings,
  type Settings,
} from '../../../src/cli/settings/settings.ts'
import { type Test, type TestContext, suite } from '../../support/suite.ts'

const TOKEN = 'a-token-of-sixteen-or-more'

/** A home of its own, with what is in its configuration file. */
function home({ cleanup }: TestContext, config?: ConfigFile | string) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-settings-'))
  cleanup(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'config.json')
  if (config !== undefined) {
    writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config))
  }
  const tokens = (name: string, content = `${name}-${TOKEN}`): string => {
    writeFileSync(join(folder, name), `${content}\n`)
    return join(folder, name)
  }
  return {
    folder,
    path,
    tokens,
    settings: (given: GivenServerOptions = {}, env: Readonly<Record<string, string>> = {}): Settings =>
      resolveSettings(given, { MILLRACE_CONFIG: path, MILLRACE_HOME: join(folder, 'data'), ...env }),
  }
}

const contexts = {
  one: { url: 'http://one:1', token: `one-${TOKEN}` },
  two: { url: 'http://two:2', token: `two-${TOKEN}` },
}

/** Each level by itself is taken, and goes before all behind it. */
function levels<K extends keyof Settings>(
  test: Test,
  key: K,
  config: ConfigFile,
  from: readonly {
    readonly given?: GivenServerOptions
    readonly env?: Readonly<Record<string, string>>
    readonly is: readonly [value: Settings[K]['value'], origin: string]
  }[],
): void {
  test(`${key}: flags before the environment before the file`, (context) => {
    const { settings, path } = home(context, config)
    for (let first = 0; first < from.length; first++) {
      const behind = from.slice(first).reverse()
      const given = Object.assign({}, ...behind.map((level) => level.given)) as GivenServerOptions
      const env = Object.assign({}, ...behind.map((level) => level.env)) as Record<string, string>
      const [value, origin] = from[first]!.is
      assert.equal(settings(given, env)[key], { value, origin: origin.replace('PATH', path) })
    }
  })
}

suite('settings', (test) => {
  test('are what is usual where nothing is said', (context) => {
    const { settings } = home(context)
    assert.equal(settings(), {
      context: { value: null, origin: 'default' },
      url: { value: 'http://127.0.0.1:19001', origin: 'default' },
      token: { value: null, origin: 'default' },
      tokenFile: { value: null, origin: 'default' },
      timeout: { value: 30_000, origin: 'default' },
      output: { value: 'table', origin: 'default' },
    })
  })

  levels(test, 'context', { context: 'one', contexts: { ...contexts, three: {} } }, [
    { given: { context: 'two' }, is: ['two', '--context'] },
    { env: { MILLRACE_CONTEXT: 'three' }, is: ['three', 'MILLRACE_CONTEXT'] },
    { is: ['one', 'PATH'] },
  ])

  levels(test, 'timeout', { timeout: 7 }, [
    { given: { timeout: 5 }, is: [5, '--timeout'] },
    { env: { MILLRACE_TIMEOUT: '0.5' }, is: [500, 'MILLRACE_TIMEOUT'] },
    { is: [7_000, 'PATH'] },
  ])

  levels(test, 'output', { output: 'wide' }, [
    { given: { output: 'json' }, is: ['json', '--output'] },
    { env: { MILLRACE_OUTPUT: 'yaml' }, is: ['yaml', 'MILLRACE_OUTPUT'] },
    { is: ['wide', 'PATH'] },
  ])

  levels(test, 'url', { context: 'one', contexts }, [
    { given: { url: 'http://flag:3' }, is: ['http://flag:3', '--url'] },
    { given: { context: 'two' }, is: ['http://two:2', 'context two in PATH'] },
    { env: { MILLRACE_URL: 'http://env:4' }, is: ['http://env:4', 'MILLRACE_URL'] },
    { env: { MILLRACE_HOST: 'host' }, is: ['http://host:19001', 'MILLRACE_HOST'] },
    { is: ['http://one:1', 'context one in PATH'] },
  ])

  levels(test, 'token', { context: 'one', contexts }, [
    { given: { context: 'two' }, is: [`two-${TOKEN}`, 'context two in PATH'] },
    { env: { MILLRACE_TOKEN: `env-${TOKEN}` }, is: [`env-${TOKEN}`, 'MILLRACE_TOKEN'] },
    { is: [`one-${TOKEN}`, 'context one in PATH'] },
  ])

  test('take host and port from flags and the environment', (context) => {
    const { settings } = home(context)
    assert.equal(settings({ port: 5 }).url, { value: 'http://127.0.0.1:5', origin: '--port' })
    assert.equal(settings({ host: '::1', port: 5 }).url, {
      value: 'http://[::1]:5',
      origin: '--host, --port',
    })
    assert.equal(settings({}, { MILLRACE_PORT: '6', MILLRACE_HOST: 'h' }).url, {
      value: 'http://h:6',
      origin: 'MILLRACE_HOST, MILLRACE_PORT',
    })
    assert.throws(() => settings({ url: 'http://a', port: 5 }), /--url is given together with/)
  })

  test('find a server that was started here', (context) => {
    const { settings, folder } = home(context)
    const data = join(folder, 'data')
    mkdirSync(data)
    writeFileSync(join(data, 'server.json'), JSON.stringify({ pid: 1, port: 7, host: '0.0.0.0' }))
    assert.equal(settings().url, { value: 'http://127.0.0.1:7', origin: join(data, 'server.json') })
    assert.is(settings({}, { MILLRACE_PORT: '8' }).url.value, 'http://127.0.0.1:8')
  })

  test('read a token from files: the flag, the environment, the context, whose paths go from the file', (context) => {
    const { settings, tokens, folder } = home(context, {
      context: 'one',
      contexts: { one: { url: 'http://one:1', tokenFile: 'of-context' } },
    })
    const [flag, env] = [tokens('flag'), tokens('env')]
    tokens('of-context')
    for (const [given, environment, name, origin] of [
      [{ tokenFile: flag }, { MILLRACE_TOKEN_FILE: env }, 'flag', '--token-file'],
      [{}, { MILLRACE_TOKEN_FILE: env }, 'env', 'MILLRACE_TOKEN_FILE'],
      [{}, {}, 'of-context', `context one in ${join(folder, 'config.json')}`],
    ] as const) {
      const { token, tokenFile } = settings(given, environment)
      assert.equal(token, { value: `${name}-${TOKEN}`, origin })
      assert.equal(tokenFile, { value: join(folder, name), origin })
    }
  })

  test("never send a context's token to a server of another address", (context) => {
    const { settings } = home(context, { context: 'one', contexts })
    for (const { token } of [
      settings({ url: 'http://elsewhere' }),
      settings({ port: 5 }),
      settings({ context: 'two', host: 'elsewhere' }),
      settings({}, { MILLRACE_URL: 'http://elsewhere' }),
      settings({}, { MILLRACE_PORT: '5' }),
    ]) {
      assert.equal(token, { value: null, origin: 'default' })
    }
    assert.is(settings({ url: 'http://elsewhere' }, { MILLRACE_TOKEN: TOKEN }).token.value, TOKEN)
  })

  test('that are wrong name where they come from', (context) => {
    const { settings, path, tokens } = home(context, { contexts })
    const empty = tokens('empty', '')
    for (const [given, env, ...expected] of [
      [{ url: 'nowhere' }, {}, '`nowhere` (--url)'],
      [{}, { MILLRACE_URL: 'ftp://x' }, '`ftp://x` (MILLRACE_URL)'],
      [{}, { MILLRACE_PORT: 'x' }, '(MILLRACE_PORT)'],
      [{}, { MILLRACE_TIMEOUT: 'soon' }, '`soon` (MILLRACE_TIMEOUT)'],
      [{}, { MILLRACE_TIMEOUT: '0' }, '`0` (MILLRACE_TIMEOUT)'],
      [{}, { MILLRACE_OUTPUT: 'xml' }, '`xml` (MILLRACE_OUTPUT)', 'yaml'],
      [{ context: 'three' }, {}, '`three`', path, '--context', 'one, two'],
      [{}, { MILLRACE_CONTEXT: 'constructor' }, '`constructor`', path, 'MILLRACE_CONTEXT'],
      [{}, { MILLRACE_TOKEN: 'two words' }, '(MILLRACE_TOKEN)'],
      [{ tokenFile: '/nowhere' }, {}, '/nowhere (--token-file)'],
      [{}, { MILLRACE_TOKEN_FILE: empty }, `${empty} (MILLRACE_TOKEN_FILE)`],
    ] as const) {
      assert.throws(
        () => settings(given, env),
        (error: Error) => expected.every((part) => error.message.includes(part)),
        expected[0],
      )
    }
  })

  test('of a file that is damaged name the file and what is wrong', (context) => {
    for (const [content, expected] of [
      ['{', 'JSON'],
      ['[]', 'no JSON object'],
      ['{"colour": 1}', '`colour`'],
      ['{"context": 1}', '`context` is no text'],
      ['{"output": "xml"}', '`output` is none of table'],
      ['{"timeout": "5"}', '`timeout` is no number'],
      ['{"timeout": 0}', '`timeout` is no number'],
      ['{"contexts": []}', '`contexts` is no object'],
      ['{"contexts": {"a": 1}}', '`a` is no object'],
      ['{"contexts": {"a": {"uri": ""}}}', '`uri` of the context `a`'],
      ['{"contexts": {"a": {"token": 1}}}', '`token` of the context `a`'],
    ] as const) {
      const { settings, path } = home(context, content)
      assert.throws(
        () => settings(),
        (error: Error) => error.message.includes(path) && error.message.includes(expected),
        content,
      )
    }
    const { settings } = home(context, { context: 'gone' })
    assert.throws(() => settings(), /no context `gone`/)
  })
})
