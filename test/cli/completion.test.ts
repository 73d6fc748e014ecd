import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../src/client/job-manager-client.ts'
import { quote } from '../../src/cli/completion/shell-words.ts'
import { type TestContext, suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'
import { PseudoTerminal } from './pseudo-terminal.ts'

const preload = new URL('fixtures/note-loads.js', import.meta.url).href

/** Ctrl-U. Ctrl-C would take away what is typed behind it. */
const CLEAR = '\u0015'

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

/** A folder with a file of two words, an environment where `millrace` is a command, and the script for a shell. */
async function setUp(context: TestContext, shell: 'bash' | 'zsh' | 'fish') {
  const millrace = new Millrace(context)
  const { file, args, env, cwd } = millrace.command([])
  const command = join(millrace.data, 'bin', 'millrace')
  mkdirSync(join(millrace.data, 'bin'))
  writeFileSync(command, `#!/bin/sh\nexec ${[file, ...args].map(quote).join(' ')} "$@"\n`)
  chmodSync(command, 0o755)
  writeFileSync(join(cwd, 'a token.txt'), '')
  const { code, out } = await millrace.call(['completion', shell])
  assert.is(code, 0)
  const script = join(cwd, 'script')
  writeFileSync(script, out)
  return {
    millrace,
    cwd,
    script,
    env: { ...env, PATH: `${join(millrace.data, 'bin')}:${process.env['PATH']}` },
  }
}

/** A job that runs and says nothing. */
async function submit(client: JobManagerClient, name: string): Promise<string> {
  const code = Buffer.from('setInterval(() => {}, 1000)')
  const hash = createHash('sha256').update(code).digest('hex')
  await client.files.upload(hash, code)
  const program = {
    entry: 'main.js',
    files: [{ path: 'main.js', hash, size: code.length }],
    ordinal: 0,
    graphHash: hash,
    millrace: '0.1.0',
  }
  return (await client.jobs.submit({ name, program })).id
}

suite(
  'millrace completion',
  (test) => {
    test('loads nothing for commands and options that it does not need', async (context) => {
      const millrace = new Millrace(context)
      const loads = join(millrace.data, 'loads')
      const { code, out } = await millrace.call(['__complete', '--', 'jobmanager', 'start', '--po'], {
        flags: ['--import', preload],
        env: { MILLRACE_LOADS: loads },
      })
      assert.equal([code, out.split('\t')[0]], [0, ':words\n--port'])
      const modules = readFileSync(loads, 'utf8').trim().split('\n')
      const packages = modules.flatMap(
        (url) => /\/node_modules\/((?:@[^/]+\/)?[^/.][^/]*)/.exec(url)?.[1] ?? [],
      )
      assert.equal([...new Set(packages)].sort(), ['@commander-js/extra-typings', 'commander'])
      const layers = modules.flatMap((url) => /\/src\/([^/]+)/.exec(url)?.[1] ?? [])
      assert.equal([...new Set(layers)].sort(), ['cli', 'errors', 'util'])
    })

    test('offers the jobs of the server, and is silent when that is down', async (context) => {
      const millrace = new Millrace(context)
      const ask = async (...words: readonly string[]): Promise<readonly string[]> => {
        const { code, out, err } = await millrace.call(['__complete', '--', ...words])
        assert.equal([code, err], [0, ''])
        return out.trimEnd().split('\n')
      }
      assert.equal(await ask('watch', ''), [':words'])
      const started = await millrace.jobmanager('start', '--port', '0', '--max-running', '1')
      assert.is(started.code, 0, started.err)
      const client = new JobManagerClient({ port: millrace.server!.port })
      context.cleanup(() => client.close())
      const ids = [
        await submit(client, 'word count'),
        await submit(client, 'twice'),
        await submit(client, 'twice'),
      ]
      const offered = await ask('watch', '')
      assert.equal(offered.map((line) => line.split('\t')[0]).sort(), [':words', 'word count', ...ids].sort())
      assert.match(
        offered.find((line) => line.startsWith('word'))!,
        /\t(queued|running), [\w-]+$/,
      )
      assert.equal((await ask('watch', ids[1]!)).length, 2)
      await client.jobs.cancel(ids[2]!)
      await client.waitForEnd(ids[2]!, { signal: context.signal })
      assert.equal((await ask('stop', ids[2]!)).length, 1)
      await millrace.jobmanager('stop', '--force')
      assert.equal(await ask('watch', ''), [':words'])
    })

    test('completes in bash', async (context) => {
      const { script, cwd, env } = await setUp(context, 'bash')
      const driver = `
        source ./script
        try() {
          COMP_WORDS=(millrace "$@") COMP_CWORD=$#
          _millrace
          printf '%s: ' "$*"; printf '<%s>' "\${COMPREPLY[@]}"; echo
        }
        try heal; try config un; try health --output = n; try health -o j; try health --output =
        try health --token-file a; try health --token-file 'a\\ t'; try health --token-file = '"a t'
        try init b; try config set http : x; try nonsense nonsense`
      assert.match(readFileSync(script, 'utf8'), 'complete -F _millrace millrace')
      const out = execFileSync('bash', ['--norc', '-c', driver], { cwd, env, encoding: 'utf8' })
      assert.is(
        out,
        [
          'heal: <health>',
          'config un: <unset>',
          'health --output = n: <ndjson><name>',
          'health -o j: <json>',
          'health --output =: <table><wide><json><yaml><ndjson><name>',
          'health --token-file a: <a token.txt>',
          'health --token-file a\\ t: <a token.txt>',
          'health --token-file = "a t: <a token.txt>',
          'init b: <bin>',
          'config set http : x: <>',
          'nonsense nonsense: <>',
          '',
        ].join('\n'),
      )
    })

    test('completes what is typed in a real bash', async (context) => {
      const { cwd, env } = await setUp(context, 'bash')
      const terminal = new PseudoTerminal(context, {
        file: 'bash',
        args: ['--norc', '--noprofile', '-i'],
        cwd,
        env: { ...env, PS1: '> ' },
      })
      terminal.type('source ./script; echo there" is"\r')
      // With the prompt behind it: what is typed before that is not read key by key.
      await terminal.until(/there is\n>/)
      terminal.type('millrace conf\t')
      await terminal.until('> millrace config')
      terminal.type('un\t')
      await terminal.until('> millrace config unset')
      terminal.type(CLEAR, 'millrace health --token-file=a\t')
      await terminal.until(String.raw`> millrace health --token-file=a\ token.txt`)
      terminal.type(CLEAR, 'exit\r')
      await terminal.ended
    })

    const zsh = has('zsh') ? test : test.skip
    zsh('completes what is typed in a real zsh', async (context: TestContext) => {
      const { cwd, env } = await setUp(context, 'zsh')
      const terminal = new PseudoTerminal(context, {
        file: 'zsh',
        args: ['-fi'],
        cwd,
        env: { ...env, PS1: '> ' },
      })
      terminal.type('autoload -U compinit; compinit -u -D; source ./script; echo there" is"\r')
      // With the prompt behind it: what is typed before that is not read key by key.
      await terminal.until(/there is\n>/)
      terminal.type('millrace conf\t')
      await terminal.until('> millrace config')
      terminal.type('un\t')
      await terminal.until('> millrace config unset')
      terminal.type(CLEAR, 'millrace health --token-file=a\t')
      await terminal.until(String.raw`> millrace health --token-file=a\ token.txt`)
      terminal.type(CLEAR, 'millrace config s\t\t')
      await terminal.until('-- give a server a name')
      terminal.type(CLEAR, 'exit\r')
      await terminal.ended
    })

    const fish = has('fish') ? test : test.skip
    fish('completes in fish', async (context: TestContext) => {
      const { cwd, env } = await setUp(context, 'fish')
      const of = (line: string): string =>
        execFileSync('fish', ['-c', `source ./script; complete -C ${quote(line)}`], {
          cwd,
          env,
          encoding: 'utf8',
        })
      assert.is(of('millrace config un'), 'unset\ttake a setting out of the configuration file\n')
      assert.is(of('millrace health --output=n'), '--output=name\n--output=ndjson\n')
      assert.is(of('millrace health --token-file=a'), '--token-file=a token.txt\n')
      assert.match(of('millrace health --token-file a'), /^a token.txt/)
      assert.match(of('millrace init b'), /^bin\//)
    })
  },
  { timeout: 90_000 },
)
