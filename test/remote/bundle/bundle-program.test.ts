import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { BundleError, NativeModuleError } from '../../../src/errors/bundle-errors.ts'
import { withLocalNames } from '../../../src/remote/bundle/source-names.ts'
import { suite } from '../../support/suite.ts'
import { bundle, bytesOf, project, rejection, run } from './project.ts'

suite(
  'bundling a program',
  (test) => {
    test('takes TypeScript of several files, JSON and paths with spaces', async (context) => {
      const folder = project(
        context,
        {
          'src/main file.ts': `
            import settings from './settings.json' with { type: 'json' }
            import { twice, type Twice } from './lib/twice.ts'
            enum Level { low = 1 }
            const f: Twice = twice
            console.log(f(settings.n), Level.low, await Promise.resolve('top level'))`,
          'src/settings.json': '{ "n": 21 }',
          'src/lib/twice.ts': `
            export type Twice = (n: number) => number
            export const twice: Twice = (n) => n * 2`,
        },
        'a project (1)',
      )
      const bundled = await bundle(join(folder, 'src/main file.ts'))
      assert.equal(run(context, bundled).out, '42 1 top level')
      assert.equal(bundled.warnings, [])
      assert.equal(
        bundled.files.map(({ path }) => path),
        ['program.mjs', 'program.mjs.map'],
      )
    })

    test('honours the paths of a tsconfig', async (context) => {
      const folder = project(context, {
        'tsconfig.json': '{ "compilerOptions": { "paths": { "#lib/*": ["./deep/lib/*"] } } }',
        'deep/lib/name.ts': `export const name = 'from the path'`,
        'main.ts': `import { name } from '#lib/name.ts'; console.log(name)`,
      })
      assert.is(run(context, await bundle(join(folder, 'main.ts'))).out, 'from the path')
    })

    test('takes CommonJS packages, which may require what Node has', async (context) => {
      const folder = project(context, {
        'main.mjs': `import dep, { size } from 'dep'; console.log(dep.name, size('abc'))`,
        'node_modules/dep/package.json': '{ "name": "dep", "main": "lib.js" }',
        'node_modules/dep/lib.js': `
          'use strict'
          const path = require('path')
          exports.name = path.basename('/x/dep.js')
          exports.size = (text) => require('node:buffer').Buffer.byteLength(text)`,
      })
      assert.is(run(context, await bundle(join(folder, 'main.mjs'))).out, 'dep.js 3')
    })

    test('has the same hash wherever the project lies, and another for other code', async (context) => {
      const files = {
        'src/main.ts': `import { a } from './a.ts'; console.log(a, import.meta.url.length > 0)`,
        'src/a.ts': `export const a = new URL('.', import.meta.url).protocol`,
        'src/data.txt': 'data',
      }
      const at = async (name: string, changed = {}): Promise<string> => {
        const folder = project(context, { ...files, ...changed }, name)
        return (await bundle(join(folder, 'src/main.ts'), { assets: ['data.txt'] })).hash
      }
      const hash = await at('here')
      assert.is(await at('somewhere else'), hash)
      assert.is.not(await at('here', { 'src/data.txt': 'other' }), hash)
      assert.is.not(await at('here', { 'src/a.ts': 'export const a = 1' }), hash)
    })

    test('keeps the names of classes that modules share, so that errors are known by them', async (context) => {
      const declared = `export class LocalError extends Error { constructor() { super(); this.name = new.target.name } }`
      const folder = project(context, {
        'a.ts': declared,
        'b.ts': declared,
        'main.ts': `
          import * as a from './a.ts'
          import * as b from './b.ts'
          console.log(new a.LocalError().name, new b.LocalError().name, a.LocalError === b.LocalError)`,
      })
      assert.is(run(context, await bundle(join(folder, 'main.ts'))).out, 'LocalError LocalError false')
    })

    test('tells stacks with lines of the sources, which the submitter can tell as its own', async (context) => {
      const folder = project(context, {
        'src/it (1).ts': `interface Unused {\n  a: string\n}\n\nexport function fail(): never {\n  throw new Error('here')\n}`,
        'src/main.ts': `import { fail } from './it (1).ts'\ntry { fail() } catch (e) { console.log((e as Error).stack) }`,
      })
      const bundled = await bundle(join(folder, 'src/main.ts'))
      const { out } = run(context, bundled)
      assert.match(out, 'program:///src/it~20~281~29.ts:6:9', out)
      const local = withLocalNames(bundled.root, out)
      assert.match(local, `${join(folder, 'src/it (1).ts')}:6:9`)
      assert.match(local, `${join(folder, 'src/main.ts')}:2:`)
      assert.not.match(local, 'program:')
    })

    test('says nothing of the folders of the submitter', async (context) => {
      const folder = project(context, { 'main.ts': `console.log(import.meta.url)` })
      const { files } = await bundle(join(folder, 'main.ts'))
      for (const { content } of files) assert.not.match(Buffer.from(bytesOf(content)).toString(), folder)
    })

    test('ships assets, which modules find beside them', async (context) => {
      const folder = project(context, {
        'src/main.ts': `
          import { readFileSync } from 'node:fs'
          import { pathToFileURL } from 'node:url'
          import { names } from './lib/names.ts'
          console.log(readFileSync(new URL('data/a.txt', import.meta.url), 'utf8'), names())
          console.log(readFileSync('data/deep/b.txt', 'utf8'))
          console.log(import.meta.url === pathToFileURL(process.argv[1]!).href)`,
        'src/data/a.txt': 'A',
        'src/data/deep/b.txt': 'B',
        'src/data/deep/c.bin': 'C',
        'src/lib/names.ts': `
          import { readFileSync } from 'node:fs'
          import { join } from 'node:path'
          export const names = () =>
            readFileSync(new URL('./names.txt', import.meta.url), 'utf8') +
            readFileSync(join(import.meta.dirname, 'names.txt'), 'utf8').length`,
        'src/lib/names.txt': 'names',
      })
      const bundled = await bundle(join(folder, 'src/main.ts'), {
        assets: ['data/**/*.txt', './lib/names.txt'],
      })
      const { out, err } = run(context, bundled)
      assert.is(out, 'A names5\nB\ntrue', err)
      assert.equal(bundled.files.map(({ path }) => path).slice(2), [
        'data/a.txt',
        'data/deep/b.txt',
        'lib/names.txt',
      ])
      const whole = await bundle(join(folder, 'src/main.ts'), { assets: ['data/', 'lib/*.{txt,md}'] })
      assert.equal(whole.files.length, 6)
    })

    test('refuses files that are read beside a module and not listed', async (context) => {
      const folder = project(context, {
        'src/main.ts': `
          import { readFileSync } from 'node:fs'
          // new URL('./not-me.txt', import.meta.url)
          const written = new URL('./is-not-there-yet.txt', import.meta.url)
          console.log(readFileSync(new URL('./data.txt', import.meta.url)), written)
          console.log(new URL('../above.txt', import.meta.url))`,
        'src/data.txt': '',
        'src/not-me.txt': '',
        'above.txt': '',
      })
      const error = await rejection(bundle(join(folder, 'src/main.ts')))
      assert.instance(error, BundleError)
      assert.equal((error as BundleError).problems, [
        `src/main.ts:5: reads './data.txt', which is not shipped: list it, { assets: ['data.txt'] } or --asset 'data.txt'`,
        `src/main.ts:6: reads '../above.txt', which is not shipped: put it below '${join(folder, 'src')}', the folder of the entry, and list it in 'assets'`,
      ])
    })

    test('refuses assets that lead out of the folder, are links or are not there', async (context) => {
      const folder = project(context, { 'src/main.ts': 'console.log(1)', 'src/a.txt': '', 'b.txt': '' })
      symlinkSync(join(folder, 'b.txt'), join(folder, 'src/link.txt'))
      symlinkSync(folder, join(folder, 'src/linked'))
      const refused = async (...assets: string[]): Promise<string> =>
        (await rejection(bundle(join(folder, 'src/main.ts'), { assets }))).message
      assert.match(await refused('../b.txt'), 'not below the folder of the entry')
      assert.match(await refused('x/../../b.txt'), 'not below')
      assert.match(await refused('/etc/passwd'), 'not below')
      assert.match(await refused('link.txt'), 'symbolic link')
      assert.match(await refused('linked/b.txt'), 'symbolic link')
      assert.match(await refused('*.txt'), 'symbolic link')
      assert.match(await refused('none.txt'), "There is no asset 'none.txt'")
      assert.match(await refused('none/*.txt'), 'There is no asset')
    })

    test('refuses __dirname, and says what to do in own code and in packages', async (context) => {
      const folder = project(context, {
        'main.ts': `import dep from 'dep'\nimport other from 'other'\nconsole.log(__dirname, dep, other)`,
        'node_modules/dep/package.json': '{ "name": "dep" }',
        'node_modules/dep/index.js': `module.exports = require('fs').readFileSync(require('path').join(__dirname, 'x'), 'utf8')`,
        'node_modules/dep/x': 'beside',
        'node_modules/other/package.json': '{ "name": "other" }',
        'node_modules/other/index.js': `const __dirname = 'mine'; module.exports = [typeof __filename, __dirname]`,
      })
      const error = (await rejection(bundle(join(folder, 'main.ts')))) as BundleError
      assert.is(error.code, 'ERR_BUNDLE')
      assert.is(error.problems.length, 2)
      assert.match(error.message, 'main.ts:3: __dirname is nothing in a bundle: write new URL')
      assert.match(
        error.message,
        "node_modules/dep/index.js:1: __dirname is nothing in a bundle: ship the package as it is, { packages: ['dep'] }",
      )
    })

    test('ships packages as they are, with what they depend on', async (context) => {
      const json = (value: unknown): string => JSON.stringify(value)
      const folder = project(context, {
        'main.ts': `import a from 'a'\nimport b from '@s/b'\nconsole.log(a, b)`,
        'node_modules/a/package.json': json({
          name: 'a',
          dependencies: { c: '1' },
          optionalDependencies: { none: '1' },
        }),
        'node_modules/a/index.js': `module.exports = ['a', __dirname.endsWith('a'), require('c')]`,
        'node_modules/@s/b/package.json': json({ name: '@s/b', dependencies: { c: '2' } }),
        'node_modules/@s/b/index.js': `module.exports = ['b', require('c'), require('fs').readFileSync(__dirname + '/data', 'utf8')]`,
        'node_modules/@s/b/data': 'beside',
        'node_modules/@s/b/node_modules/c/package.json': json({ name: 'c', version: '2.0.0' }),
        'node_modules/@s/b/node_modules/c/index.js': `module.exports = 'c2'`,
        'node_modules/c/package.json': json({ name: 'c', version: '1.0.0' }),
        'node_modules/c/index.js': `module.exports = 'c1'`,
        'node_modules/d/index.js': `module.exports = 'not needed'`,
      })
      const bundled = await bundle(join(folder, 'main.ts'), { packages: ['a', '@s/b'] })
      const { out, err } = run(context, bundled)
      assert.is(out, `[ 'a', true, 'c1' ] [ 'b', 'c2', 'beside' ]`, err)
      const paths = bundled.files.map(({ path }) => path)
      assert.ok(paths.includes('node_modules/@s/b/node_modules/c/index.js'))
      assert.not.ok(paths.some((path) => path.includes('node_modules/d')))

      symlinkSync(join(folder, 'main.ts'), join(folder, 'node_modules/a/link.ts'))
      const linked = await rejection(bundle(join(folder, 'main.ts'), { packages: ['a'] }))
      assert.match(linked.message, 'symbolic link')
      const missing = await rejection(bundle(join(folder, 'main.ts'), { packages: ['z'] }))
      assert.match(missing.message, "Package 'z', which 'packages' lists, is not installed here.")
    })

    test('refuses native modules by the names of their packages', async (context) => {
      const folder = project(context, {
        'main.ts': `
          import direct from 'direct'
          import gyp from 'gyp'
          import parts from 'parts'
          import unused from 'unused'
          console.log(direct, gyp, parts)`,
        'node_modules/direct/package.json': '{ "name": "direct" }',
        'node_modules/direct/index.js': `module.exports = require('./build/direct.node')`,
        'node_modules/direct/build/direct.node': '\0',
        'node_modules/gyp/package.json': '{ "name": "gyp" }',
        'node_modules/gyp/binding.gyp': '',
        'node_modules/gyp/index.js': `module.exports = 1`,
        'node_modules/parts/package.json': `{ "name": "parts", "optionalDependencies": { "@parts/linux-x64-gnu": "1" } }`,
        'node_modules/parts/index.js': `module.exports = (p) => require('@parts/' + p)`,
        'node_modules/unused/package.json':
          '{ "name": "unused", "sideEffects": false, "type": "module", "gypfile": true }',
        'node_modules/unused/index.js': `export default 1`,
      })
      const error = (await rejection(bundle(join(folder, 'main.ts')))) as NativeModuleError
      assert.instance(error, NativeModuleError)
      assert.instance(error, BundleError)
      assert.is(error.code, 'ERR_NATIVE_MODULE')
      assert.equal([...error.packages].sort(), ['direct', 'gyp', 'parts'])
      assert.match(error.message, 'direct loads build/direct.node')
      assert.match(error.message, 'gyp is compiled by node-gyp')
      assert.match(error.message, 'parts has parts made for one platform, such as @parts/linux-x64-gnu')
      assert.match(error.remedy!, /packages: \['\w+', '\w+', '\w+'\]/)
      const rest = await bundle(join(folder, 'main.ts'), { packages: ['direct', 'parts'], external: ['gyp'] })
      assert.ok(rest.files.some(({ path }) => path === 'node_modules/direct/build/direct.node'))
    })

    test('takes a real native package along', { timeout: 60_000 }, async (context) => {
      const folder = project(context, {
        'main.ts': `
          import Database from 'libsql'
          const db = new Database(':memory:')
          console.log(db.prepare('select 6 * 7 as n').get().n)
          db.close()`,
      })
      mkdirSync(join(folder, 'node_modules'))
      // The folder that a package manager links, as pnpm does.
      for (const name of ['libsql', '@libsql', '@neon-rs', 'detect-libc']) {
        const installed = join(process.cwd(), 'node_modules', name)
        if (existsSync(installed)) symlinkSync(installed, join(folder, 'node_modules', name))
      }
      const refused = (await rejection(bundle(join(folder, 'main.ts')))) as NativeModuleError
      assert.instance(refused, NativeModuleError)
      assert.ok(refused.packages.includes('libsql'))
      const { out, err } = run(context, await bundle(join(folder, 'main.ts'), { packages: ['libsql'] }))
      assert.is(out, '42', err)
    })

    test('tells what esbuild says, with file and line', async (context) => {
      const folder = project(context, {
        'main.ts': `import './gone.ts'\nimport x from 'absent'\nconsole.log(x)`,
        'broken.ts': `const = 1`,
      })
      const missing = (await rejection(bundle(join(folder, 'main.ts')))) as BundleError
      assert.instance(missing, BundleError)
      assert.match(missing.message, 'main.ts:1: Could not resolve "./gone.ts"')
      assert.match(missing.message, 'main.ts:2: Could not resolve "absent"')
      assert.equal(missing.site, { file: join(folder, 'main.ts'), line: 1, column: 8 })
      const broken = (await rejection(bundle(join(folder, 'broken.ts')))) as BundleError
      assert.match(broken.message, 'broken.ts:1: Expected identifier')
    })

    test('warns of what it cannot see', async (context) => {
      const folder = project(context, {
        'main.ts': `
          import { createRequire } from 'node:module'
          const name = process.argv[2]!
          if (name) console.log(await import(name), createRequire(import.meta.url)(name))
          const plugin = (n: string) => import('./plugins/' + n + '.ts')
          console.log((await plugin('a')).name)`,
        'plugins/a.ts': `export const name = 'plugin a'`,
      })
      const bundled = await bundle(join(folder, 'main.ts'))
      assert.is(bundled.warnings.length, 2)
      assert.match(bundled.warnings[0]!, /^main.ts:4: .*import.* will not be bundled/)
      assert.match(bundled.warnings[1]!, 'main.ts:4: what is loaded through createRequire')
      assert.is(run(context, bundled).out, 'plugin a')
    })

    test('leaves comments that name import.meta alone', async (context) => {
      const folder = project(context, {
        'main.mjs': `import dep from 'dep'; console.log(dep)`,
        'node_modules/dep/package.json': '{ "name": "dep" }',
        'node_modules/dep/index.js': `// import.meta.url is not here\nmodule.exports = 'commonjs'`,
      })
      assert.is(run(context, await bundle(join(folder, 'main.mjs'))).out, 'commonjs')
    })

    test('leaves out the server of this library, which no job starts', async (context) => {
      const folder = project(context, {
        'main.ts': `
          import { LocalEnvironment } from 'millrace'
          import { startServer } from 'millrace/jobs'
          console.log(typeof LocalEnvironment)
          try { startServer() } catch (e) { console.log((e as Error).message) }`,
        'node_modules/millrace/package.json': JSON.stringify({
          name: 'millrace',
          type: 'module',
          exports: { '.': './src/index.ts', './jobs': './src/jobs/index.ts' },
        }),
        'node_modules/millrace/src/index.ts': `export class LocalEnvironment {}`,
        'node_modules/millrace/src/jobs/index.ts': `import native from './native.node'\nexport function startServer(): void { native() }\nexport interface Server {}`,
        'node_modules/millrace/src/jobs/native.node': '',
      })
      const { out } = run(context, await bundle(join(folder, 'main.ts')))
      assert.match(out, /^function\nstartServer of millrace is not part of a job/)
    })

    test('does without packages that this library would ask for only if they were used', async (context) => {
      const folder = project(context, {
        'main.ts': `import { read } from 'millrace/files'\nconsole.log(await read())`,
        'node_modules/millrace/package.json':
          '{"name":"millrace","type":"module","exports":{"./files":"./files.js"}}',
        'node_modules/millrace/files.js': `
          export const read = () => import('csv-parse').catch(({ code }) => code)`,
      })
      const { out, err } = run(context, await bundle(join(folder, 'main.ts')))
      assert.equal([out, err], ['ERR_MODULE_NOT_FOUND', ''])

      mkdirSync(join(folder, 'node_modules/csv-parse'))
      writeFileSync(join(folder, 'node_modules/csv-parse/index.js'), 'exports.code = "there"')
      writeFileSync(
        join(folder, 'main.ts'),
        `import { read } from 'millrace/files'\nconsole.log((await read()).code)`,
      )
      assert.is(run(context, await bundle(join(folder, 'main.ts'))).out, 'there')
    })

    test('refuses a file that would take the place of the bundle', async (context) => {
      const folder = project(context, { 'main.ts': '1', 'program.mjs': '' })
      const error = await rejection(bundle(join(folder, 'main.ts'), { assets: ['program.mjs'] }))
      assert.match(error.message, "cannot have a file 'program.mjs' twice")
      writeFileSync(join(folder, 'a:b'), '')
      assert.match((await rejection(bundle(join(folder, 'main.ts'), { assets: ['*b'] }))).message, "'a:b'")
    })
  },
  { timeout: 30_000 },
)
