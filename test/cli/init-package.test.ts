import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { build } from '../support/built/build.ts'
import { packageVersion } from '../../src/util/package-version.ts'

interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Neither settings of the npm that runs the tests, nor of the user who does. */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(MILLRACE|XDG|TEST|npm_lifecycle|npm_package)_/.test(name),
    ),
  ),
  npm_config_prefer_offline: 'true',
}

const run = (cwd: string, command: string, ...args: readonly string[]): Ran =>
  spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: environment,
    timeout: 150_000,
    shell: process.platform === 'win32',
  })

/** What `npm run build` and `npm pack` make of this checkout, but for the declarations, which take a minute. */
async function packInto(folder: string): Promise<string> {
  const built = process.env['TEST_BUILT'] ?? (await build())
  const stage = join(folder, 'stage')
  mkdirSync(stage)
  for (const file of ['package.json', 'src', 'templates'])
    cpSync(file, join(stage, file), { recursive: true })
  cpSync(join(built, 'src'), join(stage, 'dist'), { recursive: true })
  const packed = run(stage, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder)
  assert.is(packed.status, 0, packed.stderr)
  return join(folder, `millrace-${packageVersion()}.tgz`)
}

/** Whether packages can be had; where not, as behind no network, a test cannot install any. */
const hasRegistry = (folder: string): boolean =>
  run(folder, 'npm', 'view', 'tsx@4', 'version', '--fetch-retries', '0', '--fetch-timeout', '15000')
    .status === 0

suite(
  'millrace init, of the package',
  (test) => {
    test('makes a project that installs, passes its test and runs', async ({ cleanup }) => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-package-'))
      cleanup(() => rmSync(folder, { recursive: true, force: true }))
      const tarball = await packInto(folder)
      assert.is(run(folder, 'tar', '-xzf', tarball).status, 0)
      const main = join(folder, 'package', 'dist/cli/main.js')
      // Its own packages are those of the checkout.
      cpSync('node_modules/commander', join(folder, 'node_modules/commander'), { recursive: true })
      cpSync('node_modules/@commander-js', join(folder, 'node_modules/@commander-js'), { recursive: true })
      const isOnline = hasRegistry(folder)
      if (!isOnline) console.error('no registry can be reached: the packages are not installed')

      const made = run(
        folder,
        process.execPath,
        main,
        'init',
        'project',
        '--millrace',
        tarball,
        ...(isOnline ? [] : ['--no-install']),
      )
      assert.is(made.status, 0, made.stderr)
      const project = join(folder, 'project')
      assert.ok(readdirSync(project).includes('.gitignore'))
      if (!isOnline) return

      const tested = run(project, 'npm', 'test')
      assert.is(tested.status, 0, tested.stdout + tested.stderr)
      assert.match(tested.stdout, /^# pass 4\n# fail 0$/m)
      const started = run(project, 'npm', 'start')
      assert.is(started.status, 0, started.stderr)
      assert.match(started.stdout, /^09:10 {2}\/api\/jobs {2}20 requests, 13 failed$/m)
    })
  },
  { timeout: 175_000 },
)
