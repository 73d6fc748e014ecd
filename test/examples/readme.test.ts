import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { typescript } from '../support/node-arguments.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { type CodeBlock, codeBlocks } from './code-blocks.ts'
import { preambleOf } from './preambles.ts'

const documents = ['README.md', 'CHANGELOG.md', ...readdirSync('docs').map((file) => `docs/${file}`)].filter(
  (file) => file.endsWith('.md'),
)
const programs = documents.flatMap(codeBlocks).filter(({ language }) => language === 'ts')

/** A folder that compiles and runs what imports `millrace`, with the sources in its place. */
function workspace({ cleanup }: TestContext): string {
  mkdirSync('temp', { recursive: true })
  const folder = mkdtempSync('temp/documents-')
  cleanup(() => rmSync(folder, { recursive: true }))
  const compilerOptions = {
    paths: {
      millrace: ['../../src/index.ts'],
      'millrace/testing': ['../../src/testing/index.ts'],
      'millrace/client': ['../../src/client/index.ts'],
      'millrace/jobs': ['../../src/jobs/index.ts'],
      'millrace/ray': ['../../src/ray/index.ts'],
      'millrace/nats': ['../../src/nats/index.ts'],
      'millrace/*': ['../../src/connectors/*/index.ts'],
    },
    noUnusedLocals: false,
    noUnusedParameters: false,
    declaration: false,
    isolatedDeclarations: false,
  }
  const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'], exclude: [] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return folder
}

const fileName = ({ at }: CodeBlock): string => `${at.replace(/\W+/g, '-')}.ts`

/** A block that imports nothing is a fragment of a program. */
function sourceOf({ at, code }: CodeBlock): string {
  const { fragment, program } = preambleOf(at.split(':')[0]!)
  return `${/^import /m.test(code) ? program : fragment}\n${code}\nexport {}\n`
}

suite(
  'the code in the documents',
  (test) => {
    test('compiles', (context) => {
      const folder = workspace(context)
      for (const block of programs) writeFileSync(join(folder, fileName(block)), sourceOf(block))
      const compiler = ['node_modules/typescript/bin/tsc', '--noEmit', '-p', folder]
      const { status, stdout } = spawnSync(process.execPath, compiler, { encoding: 'utf8' })
      assert.is(status, 0, `\n${stdout}`)
    })

    for (const block of programs.filter(({ output }) => output !== undefined)) {
      test(`at ${block.at} prints what the document says`, (context) => {
        const folder = workspace(context)
        const file = join(folder, fileName(block))
        writeFileSync(file, block.code)
        const { status, stdout, stderr } = spawnSync(process.execPath, [...typescript(), file], {
          encoding: 'utf8',
          env: { ...process.env, TSX_TSCONFIG_PATH: join(folder, 'tsconfig.json') },
          timeout: 30_000,
        })
        assert.is(status, 0, stderr)
        assert.is(stdout.trimEnd(), block.output!.trimEnd())
      })
    }

    test('is there', () => {
      assert.ok(programs.length > 10)
      assert.ok(programs.some(({ output }) => output !== undefined))
    })
  },
  { timeout: 120_000 },
)

suite('the documents', (test) => {
  test('link to files that exist', () => {
    const broken = documents.flatMap((document) =>
      [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
        .map(([, target]) => normalize(join(dirname(document), target!)))
        .filter((target) => !existsSync(target))
        .map((target) => `${document}: ${target}`),
    )
    assert.equal(broken, [])
  })

  test('list every error of the library with its code', () => {
    const listed = readFileSync('docs/errors.md', 'utf8').split('\n')
    const missing = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [
        ...readFileSync(join('src', file), 'utf8').matchAll(
          /export class (\w+) extends MillraceError\b[\s\S]*?super\(\s*'(ERR_\w+)'/g,
        ),
      ])
      .filter(
        ([, name, code]) => !listed.some((row) => row.includes(`\`${name}\``) && row.includes(`\`${code}\``)),
      )
    assert.equal(
      missing.map(([, name, code]) => `${name} ${code}`),
      [],
    )
  })

  test('list every error class that the library exports', async () => {
    const exported = (await import('../../src/index.ts')) as Record<string, unknown>
    const errors = readFileSync('docs/errors.md', 'utf8')
    const missing = Object.entries(exported)
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error)
      .map(([name]) => name)
      .filter((name) => !errors.includes(`\`${name}\``))
    assert.equal(missing, [])
  })

  test('show every example in the README', () => {
    const readme = readFileSync('README.md', 'utf8')
    const missing = readdirSync('examples').filter(
      (file) => file.endsWith('.ts') && !readme.includes(`examples/${file}`),
    )
    assert.equal(missing, [])
  })
})
