import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { packageVersion } from '../../src/util/package-version.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { Millrace } from './millrace.ts'
import { PseudoTerminal } from './pseudo-terminal.ts'

const made = [
  '.gitignore',
  'README.md',
  'package.json',
  'src/data/access.log',
  'src/main.ts',
  'src/pipeline.ts',
  'test/pipeline.test.ts',
  'tsconfig.json',
]

const init = ['init', '.', '--no-install']

/** A project in the checkout, where the packages that it needs are installed, with our sources in the place of ours. */
function projectHere({ cleanup }: TestContext): string {
  mkdirSync('temp', { recursive: true })
  const folder = resolve(mkdtempSync('temp/project-'))
  cleanup(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

suite(
  'millrace init',
  (test) => {
    test('makes a project whose types, tests and program are in order', async (context) => {
      const millrace = new Millrace(context)
      const folder = projectHere(context)
      const { code, out, err } = await millrace.call(['init', folder, '--no-install', '--name', 'traffic'], {
        env: { npm_config_user_agent: 'pnpm/10.1.0 npm/? node/v20.19.0 linux x64' },
      })
      assert.is(code, 0, err)
      assert.equal(
        out.trim().split('\n').sort(),
        made.map((path) => join(folder, path)),
      )
      assert.match(err, /\n {2}pnpm install\n[^]*\n {2}pnpm exec millrace jobmanager start /)
      const { name, type, dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name: string
        type: string
        dependencies: { millrace: string }
      }
      assert.equal([name, type, dependencies.millrace], ['traffic', 'module', `^${packageVersion()}`])
      for (const path of made) assert.not.match(readFileSync(join(folder, path), 'utf8'), '{{')

      const sources = resolve('src')
      const config = join(folder, 'tsconfig.here.json')
      const paths = {
        millrace: [`${sources}/index.ts`],
        'millrace/testing': [`${sources}/testing/index.ts`],
        'millrace/files': [`${sources}/connectors/files/index.ts`],
      }
      writeFileSync(config, JSON.stringify({ extends: './tsconfig.json', compilerOptions: { paths } }))
      const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', config], {
        encoding: 'utf8',
      })
      assert.is(compiled.status, 0, compiled.stdout)

      const env = { TSX_TSCONFIG_PATH: config }
      const tested = await millrace.call(['test'], { cwd: folder, env })
      assert.is(tested.code, 0, tested.out)
      assert.match(tested.out, /^# pass 4$/m)
      assert.match(tested.out, /^# fail 0$/m)

      const started = await millrace.call(['run', 'src/main.ts'], { cwd: folder, env })
      assert.is(started.code, 0, started.err)
      assert.is(started.out.trim().split('\n').length, 20)
      assert.match(started.out, /^09:10 {2}\/api\/jobs {2}20 requests, 13 failed$/m)
      assert.is(started.err.match(/^left out: /gm)?.length, 2)
    })

    test('calls the package like its folder, and tells the next steps', async (context) => {
      const millrace = new Millrace(context)
      const { code, err } = await millrace.call(['init', 'Grüße an Alle', '--no-install'], {
        env: { npm_config_user_agent: '' },
      })
      assert.is(code, 0, err)
      assert.is(
        err,
        `The project gru-e-an-alle is there:

Next:
  cd "Grüße an Alle"
  npm install
  npm run start                  runs the pipeline
  npm run test                   tests it, in virtual time
  npx millrace jobmanager start  starts a job server, which keeps jobs running
  npm run submit                 has the server run the pipeline
`,
      )
    })

    test('overwrites nothing unless told, and then says what', async (context) => {
      const millrace = new Millrace(context)
      const readme = join(millrace.data, 'README.md')
      writeFileSync(readme, 'mine')
      const asked = await millrace.call(init)
      assert.equal([asked.code, asked.out], [2, ''])
      assert.match(asked.err, /^To be overwritten in .*:\n {2}README.md\nmillrace: .* is not empty\..*--yes/s)
      assert.equal([readdirSync(millrace.data), readFileSync(readme, 'utf8')], [['README.md'], 'mine'])

      for (const flag of ['--yes', '--force']) {
        writeFileSync(readme, 'mine')
        const { code, err } = await millrace.call([...init, flag])
        assert.is(code, 0, err)
        assert.match(err, '  README.md\n')
        assert.not.match(readFileSync(readme, 'utf8'), 'mine')
      }
    })

    test('asks at a terminal, and takes only yes for a yes', async (context) => {
      const millrace = new Millrace(context)
      writeFileSync(join(millrace.data, 'notes.txt'), '')
      const no = new PseudoTerminal(context, millrace.command(init), { columns: 200 })
      await no.until('is not empty. Make the project there? [y/N]')
      no.type('\r')
      assert.is((await no.ended).code, 2)
      assert.not.ok(existsSync(join(millrace.data, 'src')))
      const yes = new PseudoTerminal(context, millrace.command(init), { columns: 200 })
      await yes.until('[y/N]')
      yes.type('y\r')
      assert.is((await yes.ended).code, 0)
      assert.ok(existsSync(join(millrace.data, 'src/main.ts')))
      assert.ok(existsSync(join(millrace.data, 'notes.txt')))
    })

    test('takes a folder that has only a repository for an empty one', async (context) => {
      const millrace = new Millrace(context)
      mkdirSync(join(millrace.data, '.git'))
      const { code, err } = await millrace.call(init)
      assert.is(code, 0, err)
    })

    test('says in one sentence why it cannot', async (context) => {
      const millrace = new Millrace(context)
      writeFileSync(join(millrace.data, 'file'), '')
      mkdirSync(join(millrace.data, 'folder', 'package.json'), { recursive: true })
      const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
        [['file'], 1, /^millrace: \S+file is no folder\.\n {2}remedy: {3}name another folder\n$/],
        [['file/inner'], 1, /^millrace: \S+inner is no folder\.\n/],
        [['folder', '--force'], 1, /^millrace: \S+package\.json is a folder, where a file of the project/],
        [['x', '--name', 'Not So'], 2, /^error: [^\n]*--name[^\n]*the name of a package/],
        [['x', '--package-manager', 'cargo'], 2, /npm, pnpm, yarn, bun/],
      ]
      for (const [args, expected, message] of cases) {
        const { code, out, err } = await millrace.call(['init', '--no-install', ...args])
        assert.equal([code, out], [expected, ''], args.join(' '))
        assert.match(err, message)
      }
      assert.equal(readdirSync(join(millrace.data, 'folder')), ['package.json'])
    })

    test('keeps the project where its packages cannot be installed', async (context) => {
      const millrace = new Millrace(context)
      const { code, err } = await millrace.call(['init', 'p', '--package-manager', 'yarn'], {
        env: { PATH: join(millrace.data, 'nothing') },
      })
      assert.is(code, 1)
      assert.match(err, /millrace: The project is there, but its packages could not be installed: .*ENOENT/)
      assert.match(err, 'run yarn install in ')
      assert.ok(existsSync(join(millrace.data, 'p/package.json')))
    })
  },
  { timeout: 150_000 },
)
