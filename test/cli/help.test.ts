import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createProgram } from '../../src/cli/program.ts'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

const preload = new URL('fixtures/note-loads.js', import.meta.url).href

type Command = Awaited<ReturnType<typeof createProgram>>

const walk = (
  command: Command,
  words: readonly string[] = [],
): readonly (readonly [readonly string[], Command])[] => [
  [words, command],
  ...command.commands.flatMap((inner) => walk(inner, [...words, inner.name()])),
]

suite('millrace --help', (test) => {
  for (const args of [['--help'], ['jobmanager', 'start', '--help'], ['--version'], ['jobmanager', 'stat']]) {
    test(`loads nothing that it does not need: ${args.join(' ')}`, async (context) => {
      const millrace = new Millrace(context)
      const loads = join(millrace.data, 'loads')
      await millrace.call(args, { flags: ['--import', preload], env: { MILLRACE_LOADS: loads } })
      const modules = readFileSync(loads, 'utf8').trim().split('\n')
      const packages = modules.flatMap(
        (url) => /\/node_modules\/((?:@[^/]+\/)?[^/.][^/]*)/.exec(url)?.[1] ?? [],
      )
      assert.equal([...new Set(packages)].sort(), ['@commander-js/extra-typings', 'commander'])
      const layers = modules.flatMap((url) => /\/src\/([^/]+)/.exec(url)?.[1] ?? [])
      assert.equal([...new Set(layers)].sort(), ['cli', 'errors', 'util'])
    })
  }

  test('has a summary and an example of every command', async () => {
    for (const [words, command] of walk(await createProgram())) {
      const name = words.join(' ')
      let help = ''
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
      assert.ok(command.description() !== '', name)
      if (command.commands.length === 0) assert.match(help, 'Example:\n  $ millrace', name)
    }
  })

  test('says what is wrong with wrong arguments, and ends with 2', async (context) => {
    const millrace = new Millrace(context)
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['jobmanager', 'stat'], /unknown command 'stat'[^]*Did you mean/],
      [['jobmanager', 'start', '--port', 'x'], /--port[^]*whole number from 0 to 65535/],
      [['jobmanager', 'start', '--prot', '1'], /unknown option '--prot'[^]*Did you mean --port/],
      [['jobmanager', 'token', 'create'], /missing required argument 'name'/],
      [['jobmanager', 'stop', '--wait', 'soon'], /seconds, as in 30/],
    ]
    for (const [args, expected] of cases) {
      const { code, out, err } = await millrace.call(args)
      assert.equal([code, out], [2, ''], args.join(' '))
      assert.match(err, expected)
    }
  })
})
