import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { LicenceRegistry } from '../../examples/licences/licence-registry.ts'
import { StatusLine } from '../../examples/licences/status-line.ts'
import { table } from '../../examples/licences/table.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { runExample, startExample } from './run-example.ts'

const program = 'examples/licences.ts'

/** A folder with these files, gone after the test. */
async function folderWith(files: Record<string, string>, { cleanup }: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-'))
  cleanup(() => rm(folder, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

const manifest = (license: unknown): string => JSON.stringify({ license })

suite(
  'the licences of a node_modules folder',
  (test) => {
    test('are counted: scoped, nested and linked packages, each once', async (context) => {
      const folder = await folderWith(
        {
          'node_modules/one/package.json': manifest('MIT'),
          'node_modules/one/lib/index.js': 'x'.repeat(5000),
          'node_modules/one/node_modules/inner/package.json': manifest('GPL-3.0-only'),
          'node_modules/@scope/two/package.json': manifest('MIT'),
          'node_modules/old/package.json': JSON.stringify({ licenses: [{ type: 'MIT' }, { type: 'X11' }] }),
          'node_modules/silent/package.json': '{}',
          'node_modules/.bin/tool': '',
          'node_modules/.pnpm/stored@1/node_modules/stored/package.json': manifest('(MIT AND MPL-2.0)'),
          'node_modules/empty/readme.md': '',
          'node_modules/broken/package.json': '{ "license": ',
          'node_modules/list/package.json': '[]',
        },
        context,
      )
      await symlink('.pnpm/stored@1/node_modules/stored', join(folder, 'node_modules/stored'), 'junction')
      await symlink('..', join(folder, 'node_modules/@scope/up'), 'junction')
      await symlink('nowhere', join(folder, 'node_modules/dangling'), 'junction')

      const { stdout, stderr, code } = await runExample(program, [folder], context.signal)

      assert.is(code, 0)
      const [licences, letters, summary, ...end] = stdout.trimEnd().split('\n\n')
      assert.equal(licences!.split('\n'), [
        'licence            kind        packages    size',
        'MIT                permissive         2  5.0 kB',
        'MIT OR X11         permissive         1    44 B',
        '(MIT AND MPL-2.0)  copyleft           1    31 B',
        'GPL-3.0-only       copyleft           1    26 B',
        'none given         unknown            1     2 B',
        'total                                 6  5.1 kB',
      ])
      assert.match(letters!, /^2 packages could not be read:\n {2}.broken: .+\n {2}.list: .+$/)
      assert.match(summary!, /^operator +in +out +dropped +dead-lettered +records\/s\n/)
      assert.match(summary!, /^read +10 +6 +2 +2 +[\d,]+$/m)
      assert.match(end.join('\n'), /^completed in [\d.]+ s\nservice registry: stopped, cleaned up$/)
      assert.is(stderr.split('\n').length, 2, `one line of progress, not: ${stderr}`)
    })

    test('are printed as far as they are known at Ctrl-C', async (context) => {
      const packages = Array.from({ length: 3000 }, (_, n) => [
        `node_modules/p${n}/package.json`,
        manifest('ISC'),
      ])
      const folder = await folderWith(Object.fromEntries(packages) as Record<string, string>, context)
      const { child, ended, saw } = startExample(program, [folder], context.signal)
      await saw('stderr', /licences in/)
      child.kill('SIGINT')
      const { stdout, code } = await ended
      assert.is(code, 0)
      assert.match(stdout, /^licence +kind? +packages +size\n/)
      assert.match(stdout, /^total +[\d,]+ /m)
      assert.match(stdout, /^stopped after [\d.]+ s/m)
      assert.match(stdout, /^service registry: stopped, cleaned up$/m)
    })

    for (const [what, path] of [
      ['no such folder', 'no/such/folder'],
      ['a file', 'package.json'],
      ['no node_modules', 'src'],
    ] as const) {
      test(`are not there: ${what}`, async ({ signal }) => {
        const { stdout, stderr, code } = await runExample(program, [path], signal)
        assert.is(code, 1)
        assert.is(stdout, '')
        assert.match(stderr, new RegExp(`^licences: there is no (folder|node_modules in) ${path}.*\n$`))
      })
    }
  },
  { timeout: 60_000 },
)

suite('the licence registry', (test) => {
  const registry = new LicenceRegistry()
  registry.start()

  for (const [expression, kind] of [
    ['MIT', 'permissive'],
    ['apache-2.0', 'permissive'],
    ['GPL-2.0-or-later WITH Classpath-exception-2.0', 'copyleft'],
    ['LGPL-3.0+', 'copyleft'],
    ['MIT OR GPL-3.0-only', 'permissive'],
    ['(MIT AND GPL-3.0-only)', 'copyleft'],
    ['(MIT OR ISC) AND (GPL-2.0 OR MPL-2.0)', 'copyleft'],
    ['SEE LICENSE IN LICENSE.txt', 'unknown'],
    ['((((', 'unknown'],
    ['', 'unknown'],
  ] as const) {
    test(`finds "${expression}" ${kind}`, () => assert.is(registry.classify(expression), kind))
  }
})

suite('a table', (test) => {
  const columns = [
    { title: 'name', cell: ({ name }: Row) => name },
    { title: 'kind', cell: () => 'good', optional: true },
    { title: 'count', cell: ({ count }: Row) => String(count), right: true },
  ]
  interface Row {
    readonly name: string
    readonly count: number
  }
  const rows: Row[] = [
    { name: 'a long name, really', count: 1 },
    { name: 'b', count: 1000 },
  ]
  const lines = (width: number): string[] => table(columns, rows, width).split('\n')

  test('has the width of what is in it', () => {
    assert.equal(lines(80), [
      'name                 kind  count',
      'a long name, really  good      1',
      'b                    good   1000',
    ])
  })

  test('cuts the first column, then leaves out what is optional', () => {
    assert.equal(lines(28), [
      'name             kind  count',
      'a long name, r…  good      1',
      'b                good   1000',
    ])
    assert.equal(lines(22), ['name             count', 'a long name, r…      1', 'b                 1000'])
    assert.equal(lines(12), ['name   count', 'a lo…      1', 'b       1000'])
  })

  test('lets nothing through that a terminal would obey', () => {
    assert.not.match(table(columns, [{ name: '\x1b[31mred\r\n\x07', count: 1 }], 80), /[\x1b\r\x07]/)
  })
})

suite('a status line', (test) => {
  const record = (options: {
    isTTY?: boolean
    columns?: number
  }): { written: string[]; status: StatusLine } => {
    const written: string[] = []
    const write = (text: string): boolean => written.push(text) > 0
    return { written, status: new StatusLine({ write, ...options }) }
  }

  test('is rewritten in place on a terminal, and taken back', () => {
    const { written, status } = record({ isTTY: true, columns: 10 })
    status.show('0123456789abc')
    status.show('two')
    status.clear()
    status.clear()
    assert.equal(written, ['\r\x1b[2K012345678', '\r\x1b[2Ktwo', '\r\x1b[2K'])
  })

  test('is a line now and then elsewhere, without escapes', () => {
    const { written, status } = record({})
    status.show('one')
    status.show('two')
    status.clear()
    assert.equal(written, ['one\n'])
  })
})
