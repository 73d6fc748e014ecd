import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { StoredProgramFiles } from '../../../src/jobs/store/program-files.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { FaultyDisk } from '../../storage/support/faulty-disk.ts'
import { rejection } from '../../storage/support/rejection.ts'
import { emptyFolder } from './support/stores.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

async function* chunks(...parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await Promise.resolve()
    if (part instanceof Error) throw part
    yield encode(part)
  }
}

interface Place {
  readonly files: StoredProgramFiles
  readonly folder: string
  readonly clock: ManualClock
}

const open = async (folder: string, clock = new ManualClock(), maxBytes = 1000): Promise<Place> => ({
  files: await StoredProgramFiles.open({ folder, maxBytes, clock }),
  folder,
  clock,
})

const place = (context: TestContext): Promise<Place> => open(join(emptyFolder(context), 'data', 'files'))

suite('files of programs', (test) => {
  test('that were sent are there, with every byte and for their user only', async (context) => {
    const { files, folder } = await place(context)
    const hash = hashOf('abc')
    assert.not.ok(files.has(hash))
    assert.equal(await files.missing([hash, hash, hashOf('')]), [hash, hashOf('')])
    await files.put(hash, chunks('a', '', 'bc'))
    await files.put(hashOf(''), chunks())
    assert.ok(files.has(hash))
    assert.equal(await files.missing([hash, hashOf('x')]), [hashOf('x')])
    assert.is(files.pathOf(hash), join(folder, hash))
    assert.is(readFileSync(files.pathOf(hash), 'utf8'), 'abc')
    assert.is(readFileSync(files.pathOf(hashOf('')), 'utf8'), '')
    assert.is(statSync(files.pathOf(hash)).mode & 0o777, 0o600)
    assert.equal(readdirSync(folder).length, 2)
  })

  test('that are not what their hash says are not kept', async (context) => {
    const { files, folder } = await place(context)
    const error = await rejection(files.put(hashOf('abc'), chunks('abd')), 'ERR_HASH_MISMATCH')
    assert.match(error.message, hashOf('abd'))
    assert.equal(readdirSync(folder), [])
    // One that is there already stays as it was.
    await files.put(hashOf('abc'), chunks('abc'))
    await rejection(files.put(hashOf('abc'), chunks('x')), 'ERR_HASH_MISMATCH')
    assert.is(readFileSync(files.pathOf(hashOf('abc')), 'utf8'), 'abc')
  })

  test('that are too large are refused before they are read to the end', async (context) => {
    const { files, folder } = await place(context)
    const most = 'x'.repeat(1000)
    await files.put(hashOf(most), chunks(most))
    let closed = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield encode('x'.repeat(400))
      } finally {
        closed = true
        await Promise.resolve()
      }
    }
    const error = await rejection(files.put(hashOf('y'), endless()), 'ERR_UPLOAD_TOO_LARGE')
    assert.match(error.message, '1000 bytes')
    assert.ok(closed)
    assert.equal(readdirSync(folder), [hashOf(most)])
  })

  test('of which only a part came leave nothing', async (context) => {
    const { files, folder } = await place(context)
    const lost = new RangeError('the connection was lost')
    try {
      await files.put(hashOf('abc'), chunks('ab', lost))
      assert.unreachable()
    } catch (error) {
      assert.is(error, lost)
    }
    assert.equal(readdirSync(folder), [])
  })

  test('may be sent by many at once, in whole or in part', async (context) => {
    const { files, folder } = await place(context)
    const lost = new Error('lost')
    const sent = Array.from({ length: 20 }, (_, n) =>
      files.put(hashOf('abc'), n % 3 === 0 ? chunks('a', lost) : n % 3 === 1 ? chunks('a', 'bc') : chunks('no')),
    )
    const outcomes = await Promise.allSettled(sent)
    assert.equal(
      outcomes.map(({ status }) => status === 'fulfilled'),
      outcomes.map((_, n) => n % 3 === 1),
    )
    assert.equal(readdirSync(folder), [hashOf('abc')])
    assert.is(readFileSync(files.pathOf(hashOf('abc')), 'utf8'), 'abc')
  }) // prettier-ignore

  test('go by their hash, and by nothing that leads elsewhere', async (context) => {
    const { files, folder } = await place(context)
    for (const wrong of ['', '..', '../x', 'a'.repeat(63), `${'a'.repeat(64)}/x`, 'A'.repeat(64), `${'a'.repeat(64)}\n`]) {
      assert.throws(() => files.pathOf(wrong), /64 hexadecimal digits/)
      await rejection(files.put(wrong, chunks('')), 'ERR_INVALID_ARGUMENT')
      await rejection(files.missing([wrong]), 'ERR_INVALID_ARGUMENT')
    }
    assert.equal(readdirSync(folder), [])
  }) // prettier-ignore

  test('that a crash left half are swept when the server starts', async (context) => {
    const { files, folder, clock } = await place(context)
    await files.put(hashOf('abc'), chunks('abc'))
    writeFileSync(join(folder, 'upload-1.part'), 'ab')
    writeFileSync(join(folder, 'upload-99.part'), 'ab')
    writeFileSync(join(folder, 'note'), 'of somebody else')
    const { files: again } = await open(folder, clock)
    assert.equal(readdirSync(folder).sort(), [hashOf('abc'), 'note'].sort())
    await again.put(hashOf('x'), chunks('x'))
    assert.ok(again.has(hashOf('x')))
  })

  test('that no job uses go, but not those that were sent or asked for just now', async (context) => {
    const { files, folder, clock } = await place(context)
    const all = ['used', 'old', 'asked', 'new']
    for (const text of ['used', 'old', 'asked']) await files.put(hashOf(text), chunks(text))
    await clock.advance(10_000)
    await files.put(hashOf('new'), chunks('new'))
    assert.equal(await files.missing([hashOf('asked')]), [])
    writeFileSync(join(folder, 'note'), 'of somebody else')
    const used = (): ReadonlySet<string> => new Set([hashOf('used')])
    assert.is(await files.removeUnused(used, clock.now() - 5000), 1)
    assert.equal(
      all.filter((text) => files.has(hashOf(text))),
      ['used', 'asked', 'new'],
    )
    assert.is(await files.removeUnused(used, clock.now() + 1), 2)
    assert.equal(readdirSync(folder).sort(), [hashOf('used'), 'note'].sort())
  })

  test('that a job comes to use meanwhile stay', async (context) => {
    const { files, clock } = await place(context)
    const hashes = Array.from({ length: 250 }, (_, n) => hashOf(String(n)))
    for (const [n, hash] of hashes.entries()) await files.put(hash, chunks(String(n)))
    await clock.advance(10_000)
    let asked = 0
    // A job that uses all of them comes with the third look.
    const used = (): ReadonlySet<string> => new Set(++asked < 3 ? [] : hashes)
    assert.is(await files.removeUnused(used, clock.now()), 100)
    assert.is(hashes.filter((hash) => files.has(hash)).length, 150)
  })

  test('are whole or not there, whatever the disk refuses or whenever the process dies', async (context) => {
    const content = 'x'.repeat(900)
    const hash = hashOf(content)
    for (const fault of ['fail', 'fail for good', 'crash'] as const) {
      for (let at = 0, reached = true; reached; at++) {
        const { files, folder } = await place(context)
        const disk = new FaultyDisk(at, fault)
        const outcome = await Promise.race([
          files.put(hash, chunks(content.slice(0, 300), content.slice(300))).then(
            () => 'done',
            (error: unknown) => (error as { code?: unknown }).code,
          ),
          disk.crashed,
        ])
        await disk.repair()
        reached = disk.changes.length > at
        const where = `${fault} at change ${at} of ${disk.changes.join()}`
        assert.is(outcome, !reached ? 'done' : fault === 'crash' ? 'crashed' : 'ERR_STORE', where)
        const { files: again } = await open(folder)
        assert.equal(readdirSync(folder), again.has(hash) ? [hash] : [], where)
        if (!again.has(hash)) await again.put(hash, chunks(content))
        assert.is(readFileSync(again.pathOf(hash), 'utf8'), content, where)
      }
    }
  })

  test('say where they cannot be kept', async (context) => {
    const { files, folder } = await place(context)
    mkdirSync(join(folder, hashOf('abc')))
    const error = await rejection(files.put(hashOf('abc'), chunks('abc')), 'ERR_STORE')
    assert.match(error.message, folder)
    assert.ok(error.cause)
    assert.equal(readdirSync(folder), [hashOf('abc')])
    writeFileSync(join(folder, 'file'), '')
    await rejection(open(join(folder, 'file')), 'ERR_STORE')
  })
})
