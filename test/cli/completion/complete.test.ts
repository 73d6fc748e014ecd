import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { complete } from '../../../src/cli/completion/complete.ts'
import { createProgram } from '../../../src/cli/program.ts'
import { JobManagerClient } from '../../../src/client/index.ts'
import { startJobManager } from '../../../src/jobs/index.ts'
import { rememberListing } from '../../../src/cli/job-reference/last-listing.ts'
import { type TestContext, suite } from '../../support/suite.ts'

function home({ cleanup }: TestContext): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-complete-'))
  cleanup(() => rmSync(folder, { recursive: true }))
  const config = { contexts: { near: { url: 'http://near' }, far: {} } }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  return {
    MILLRACE_HOME: folder,
    MILLRACE_CONFIG: join(folder, 'config.json'),
    XDG_STATE_HOME: folder,
    // Nobody listens there.
    MILLRACE_URL: 'http://127.0.0.1:1',
  }
}

async function values(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const completion = await complete(words, env)
  return completion.kind === 'words' ? completion.candidates.map(({ value }) => value) : completion
}

suite('completion', (test) => {
  test('offers every command, with its summary', async () => {
    const completion = await complete([''], {})
    assert.is(completion.kind, 'words')
    const offered = completion.kind === 'words' ? completion.candidates : []
    const { commands } = await createProgram()
    assert.equal(offered, [
      ...commands.map((command) => ({ value: command.name(), description: command.summary() })),
      { value: 'help', description: 'show help of a command' },
    ])
  })

  test('offers commands of commands, options, and what they can be', async () => {
    for (const [line, ...expected] of [
      ['jobmanager sta', 'start', 'status'],
      ['jobmanager token ', 'list', 'create', 'delete', 'help'],
      ['jobmanager help re', 'restart'],
      ['help jobm', 'jobmanager'],
      ['help health '],
      ['nonsense nons'],
      ['--no-color heal', 'health'],
      ['health --ou', '--output'],
      ['health -o ', 'table', 'wide', 'json', 'yaml', 'ndjson', 'name'],
      ['health --output n', 'ndjson', 'name'],
      ['health --output=n', '--output=ndjson', '--output=name'],
      [
        'health -',
        '--output',
        '-o',
        '--context',
        '--url',
        '--host',
        '--port',
        '--token-file',
        '--timeout',
        '--help',
        '-h',
      ],
      ['health --port '],
      ['health -- --ou'],
      ['health --nonsense --output j', 'json'],
      ['config get t', 'token', 'timeout', 'tokenFile'],
      ['config set timeout '],
      ['config delete-context --yes --', '--force', '--help'],
      ['jobmanager token create x --scope s', 'submit'],
      ['completion ', 'bash', 'zsh', 'fish'],
    ] as const) {
      const offered = (await values(line.split(' '))) as readonly string[]
      assert.equal([...offered].sort(), [...expected].sort(), line)
    }
  })

  test('tells that a path is expected', async () => {
    for (const [line, expected] of [
      ['health --token-file a/b', { kind: 'files', typed: 'a/b' }],
      ['health --token-file=a', { kind: 'files', typed: 'a' }],
      ['jobmanager start -d ', { kind: 'folders', typed: '' }],
      ['init x', { kind: 'folders', typed: 'x' }],
    ] as const) {
      assert.equal(await values(line.split(' ')), expected, line)
    }
  })

  test('offers contexts, and none where the file is damaged', async (context) => {
    const env = home(context)
    assert.equal(await complete(['health', '--context', ''], env), {
      kind: 'words',
      candidates: [{ value: 'near', description: 'http://near' }, { value: 'far' }],
    })
    assert.equal(await values(['config', 'use-context', 'n'], env), ['near'])
    assert.equal(await values(['health', '--context=f'], env), ['--context=far'])
    writeFileSync(env['MILLRACE_CONFIG']!, '{')
    assert.equal(await values(['health', '--context', ''], env), [])
  })

  test('offers numbers of the last listing without a server, and nothing else then', async (context) => {
    const env = home(context)
    rememberListing(
      env['MILLRACE_URL']!,
      [
        { id: 'a', name: 'one' },
        { id: 'b', name: 'two' },
      ],
      env,
    )
    assert.equal(await complete(['watch', '%'], env), {
      kind: 'words',
      candidates: [
        { value: '%1', description: 'one' },
        { value: '%2', description: 'two' },
      ],
    })
    assert.equal(await values(['watch', ''], env), [])
    assert.equal(await values(['watch', '--timeout', 'x', '--context', 'nowhere', ''], env), [])
  })

  test('asks the server for names of providers, and for webhooks', async (context) => {
    const env = home(context)
    const data = mkdtempSync(join(tmpdir(), 'millrace-complete-'))
    context.cleanup(() => rmSync(data, { recursive: true }))
    const server = await startJobManager({
      data,
      port: 0,
      providers: [{ name: 'cluster', type: 'ray', url: 'http://127.0.0.1:9' }],
      background: { jobStatusPolling: { enabled: false } },
      webhooks: { allowPrivate: ['127.0.0.1'] },
    })
    context.cleanup(() => server.close())
    const client = new JobManagerClient({ url: server.url })
    const { id } = await client.webhooks.create({ url: 'http://127.0.0.1:9/' })
    await client.close()
    const there = { ...env, MILLRACE_URL: server.url }
    assert.equal(await values(['providers', ''], there), ['cluster'])
    assert.equal(await values(['list', '--provider', 'c'], there), ['cluster'])
    assert.equal(await values(['sync', '--provider', 'x'], there), [])
    assert.equal(await values(['webhooks', 'show', ''], there), [id])
    assert.equal(await values(['webhooks', 'delete', id, ''], there), [])
    assert.equal(await values(['providers', ''], env), [])
  })
})
