import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FileCheckpointStore } from '../../../src/storage/file-checkpoint-store.ts'
import { folderNameOf, manifestFileAt } from '../../../src/storage/file/job-folder.ts'
import { suite } from '../../support/suite.ts'
import { emptyFolder } from '../support/folders.ts'
import { bytes, contentOf, idsOf, take } from '../support/manifests.ts'

suite('the folder of a job', (test) => {
  test('has a name that can be read, is the same always, and is a name on every system', () => {
    assert.is(folderNameOf('Prices (EU)'), 'prices-eu-1fb0acda62efdec06876368a447a1801')
    assert.match(folderNameOf('流れ'), /^job-[0-9a-f]{32}$/)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        assert.match(folderNameOf(a), /^[a-z0-9][a-z0-9-]{0,39}-[0-9a-f]{32}$/)
        assert.is(folderNameOf(a) === folderNameOf(b), a === b)
      }),
    )
  })

  test('has manifests by names that say what they are, and others that are none', () => {
    assert.equal(manifestFileAt('/x/savepoint-12.json'), {
      file: '/x/savepoint-12.json',
      id: 12,
      kind: 'savepoint',
    })
    const others = [
      'savepoint-012.json',
      'savepoint-1.json.new',
      'savepoint-.json',
      'xsavepoint-1.json',
      'data-1',
    ]
    assert.equal(others.map(manifestFileAt), others.map(() => undefined)) // prettier-ignore
  })

  test('is cleaned of what crashed writers left, and of nothing else', async (context) => {
    const directory = await emptyFolder(context)
    const store = new FileCheckpointStore(directory)
    const claim = await store.claim('job')
    await take(claim, 'job', 1, [bytes(1)])
    await claim.release()
    const folder = join(directory, folderNameOf('job'))
    const other = join(directory, folderNameOf('another job'))
    await mkdir(other)
    const leftovers = [
      'data-0',
      'data-2',
      'checkpoint-2.json.new',
      'savepoint-3.json.new',
      `claim-${'0'.repeat(36)}`,
    ]
    const foreign = ['notes.txt', 'data-1.bak', 'data-01', 'checkpoint-x.json', '.data-2']
    for (const name of [...leftovers, ...foreign]) await writeFile(join(folder, name), name)
    for (const name of leftovers) await writeFile(join(other, name), name)
    const again = await store.claim('job')
    assert.equal((await readdir(folder)).sort(), ['lock', 'data-1', 'checkpoint-1.json', ...foreign].sort())
    assert.equal((await readdir(other)).sort(), [...leftovers].sort())
    assert.equal(await idsOf(again), [1])
    await again.release()
  })

  test('can be moved, and copied: locations are paths, taken from the directory when they are relative', async (context) => {
    const directory = await emptyFolder(context)
    const claim = await new FileCheckpointStore(directory).claim('job')
    const { summary } = await take(claim, 'job', 1, [bytes(1)], { kind: 'savepoint' })
    await claim.release()
    assert.is(summary.location, join(directory, folderNameOf('job'), 'savepoint-1.json'))
    const relative = join(folderNameOf('job'), 'savepoint-1.json')
    const elsewhere = new FileCheckpointStore(join(directory, 'elsewhere'))
    for (const [store, location] of [
      [new FileCheckpointStore(directory), relative],
      [elsewhere, summary.location],
      [elsewhere, join('..', relative)],
    ] as const) {
      assert.equal(await contentOf(await store.open(location)), [bytes(1)])
    }
  })
})
