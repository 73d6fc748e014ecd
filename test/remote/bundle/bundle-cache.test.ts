import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { BundleCache } from '../../../src/remote/bundle/bundle-cache.ts'
import { suite } from '../../support/suite.ts'
import { project, rejection, run } from './project.ts'

const nothing = { external: [], packages: [] }

suite('the cache of bundles', (test) => {
  test('builds a program when a file of it has changed, and gives all who ask at once the same', async (context) => {
    const folder = project(context, {
      'main.ts': `import { a } from './a.ts'; console.log(a)`,
      'a.ts': 'export const a = 1',
      'note.txt': 'one',
    })
    const cache = new BundleCache()
    const request = { ...nothing, entry: join(folder, 'main.ts'), assets: ['note.txt'] }
    const [first, second] = await Promise.all([cache.bundle(request), cache.bundle(request)])
    assert.is(first, second)
    const again = await cache.bundle(request)
    assert.is.not(again, first)
    assert.is(again.hash, first.hash)

    writeFileSync(join(folder, 'note.txt'), 'two')
    const noted = await cache.bundle(request)
    assert.is.not(noted.hash, first.hash)
    assert.is(noted.files[0]!.hash, first.files[0]!.hash)

    writeFileSync(join(folder, 'a.ts'), 'export const a = "changed"')
    assert.is(run(context, await cache.bundle(request)).out, 'changed')
  })

  test('keeps no failure', async (context) => {
    const folder = project(context, { 'main.ts': 'const = 1' })
    const cache = new BundleCache()
    const request = { ...nothing, entry: join(folder, 'main.ts'), assets: [] }
    assert.match((await rejection(cache.bundle(request))).message, 'main.ts:1')
    writeFileSync(join(folder, 'main.ts'), 'console.log("mended")')
    assert.is(run(context, await cache.bundle(request)).out, 'mended')
  })
})
