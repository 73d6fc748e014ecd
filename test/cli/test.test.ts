import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { findTestFiles } from '../../src/cli/test/find-test-files.ts'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'
import { keys, PseudoTerminal } from './pseudo-terminal.ts'

const passing = `import { test } from 'node:test'\ntest('sums', () => {})\ntest('counts', () => {})\n`
const failing = `import { test } from 'node:test'\ntest('fails', () => { throw new Error('no') })\n`

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

suite(
  'millrace test',
  (test) => {
    test('finds test files by their names, where a project has them', (context) => {
      const { data } = new Millrace(context)
      const files = ['b.test.ts', 'src/a.spec.mts', 'test/deep/c.test.js', 'x.test.cts']
      const others = [
        'src/test.ts',
        'a.test.json',
        'node_modules/p/p.test.js',
        'dist/b.test.js',
        '.cache/d.test.ts',
      ]
      write(data, Object.fromEntries([...files, ...others].map((path) => [path, ''])))
      assert.equal(findTestFiles(data, []), files)
      assert.equal(findTestFiles(data, ['./test/deep']), ['test/deep/c.test.js'])
      assert.equal(findTestFiles(data, ['spec', 'b.']), ['b.test.ts', 'src/a.spec.mts'])
      assert.equal(findTestFiles(data, ['nope']), [])
    })

    test('ends as the tests do', async (context) => {
      const millrace = new Millrace(context)
      write(millrace.data, { 'good.test.mjs': passing, 'bad.test.mjs': failing })
      const all = await millrace.call(['test'])
      assert.equal([all.code, all.err], [1, ''])
      assert.match(all.out, /^# pass 2\n# fail 1$/m)
      const good = await millrace.call(['test', 'good'])
      assert.is(good.code, 0)
      assert.match(good.out, /^# pass 2\n# fail 0$/m)
      const one = await millrace.call(['test', 'good', '--', '--test-name-pattern', 'sums'])
      assert.is(one.code, 0)
      assert.match(one.out, /^# pass 1\n# fail 0$/m)
    })

    test('says what is missing', async (context) => {
      const millrace = new Millrace(context)
      const none = await millrace.call(['test'])
      assert.equal([none.code, none.out], [1, ''])
      assert.match(none.err, /^millrace: There are no tests in /)
      write(millrace.data, { 'a.test.mjs': passing })
      const other = await millrace.call(['test', 'pipe', 'line'])
      assert.is(other.code, 1)
      assert.match(other.err, 'No test file is called like pipe or line.')
    })

    test('runs tests again when they change, until Ctrl-C', async (context) => {
      const millrace = new Millrace(context)
      write(millrace.data, { 'a.test.mjs': failing })
      const terminal = new PseudoTerminal(context, millrace.command(['test', '--watch']))
      await terminal.until(/fail 1/)
      write(millrace.data, { 'a.test.mjs': passing })
      await terminal.until(/pass 2/)
      terminal.type(keys.ctrlC)
      assert.is((await terminal.ended).code, 130)
    })
  },
  { timeout: 60_000 },
)
