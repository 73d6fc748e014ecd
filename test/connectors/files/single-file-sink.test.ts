import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  FileConflictError,
  FileError,
  readLines,
  writeCsv,
  writeLines,
  type WriteFilesOptions,
} from '../../../src/connectors/files/index.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { transactionalSinkContract } from '../transactional-sink-contract.ts'
import { folderOf, readAll } from './support/files.ts'
import { crashes, inFile, lineContract, namesIn } from './support/sink-worlds.ts'
import { checkpoint, failure, openSink, writeAll, writeTo } from './support/written.ts'

transactionalSinkContract(
  'a single file',
  lineContract((folder) => join(folder, 'out'), inFile, {}),
)
transactionalSinkContract(
  'a single compressed file',
  lineContract((folder) => join(folder, 'out'), inFile, { gzip: true }),
)

suite('a sink of one file', (test) => {
  const place = (context: TestContext): string => join(folderOf(context), 'out.txt')
  const contents = (path: string): string => readFileSync(path, 'utf8')

  test('shows what is committed, and that alone', async (context) => {
    const path = place(context)
    const sink = await openSink(writeLines(path))
    await writeTo(sink, ['a'])
    const first = await checkpoint(sink, false)
    assert.not(existsSync(path))
    await writeTo(sink, ['b'])
    await sink.commit(first)
    assert.is(contents(path), 'a\n')
    await checkpoint(sink)
    await sink.close?.()
    assert.is(contents(path), 'a\nb\n')
    assert.equal(namesIn(join(path, '..')), ['out.txt'])
  })

  test('is there at the end also when nothing came', async (context) => {
    const path = place(context)
    await writeAll(writeLines(path), [])
    assert.is(contents(path), '')
  })

  test('has one header, however many checkpoints and starts there were', async (context) => {
    const path = place(context)
    const Sink = writeCsv<{ a: number }>(path, { columns: ['a'] })
    const sink = await openSink(Sink)
    await checkpoint(sink)
    await writeTo(sink, [{ a: 1 }])
    const prepared = await checkpoint(sink)
    await sink.close?.()
    const next = await openSink(Sink, [prepared])
    await writeTo(next, [{ a: 2 }])
    await checkpoint(next)
    await next.close?.()
    assert.is(contents(path), 'a\n1\n2\n')
  })

  test('does with a file that is there what it is told to', async (context) => {
    const path = place(context)
    const run = (existing: WriteFilesOptions['existing'], record: string): Promise<void> =>
      writeAll(writeLines(path, { existing: existing! }), [record])
    await run('append', 'a')
    await run('append', 'b')
    assert.is(contents(path), 'a\nb\n')
    assert.instance(await failure(run('fail', 'c')), FileConflictError)
    const sink = await openSink(writeLines(path, { existing: 'replace' }))
    await writeTo(sink, ['d'])
    const prepared = await checkpoint(sink, false)
    assert.is(contents(path), 'a\nb\n', 'the old one is there until the new one is')
    await sink.commit(prepared)
    await sink.close?.()
    assert.is(contents(path), 'd\n')
  })

  test('compressed and appended to is one compressed file', async (context) => {
    const path = place(context)
    const sink = await openSink(writeLines(path, { gzip: true, bufferLength: 10 }))
    for (const record of ['first of them', 'second', 'third of them']) {
      await writeTo(sink, [record])
      await checkpoint(sink)
    }
    await sink.close?.()
    assert.equal(await readAll(readLines(path)), ['first of them', 'second', 'third of them'])
  })

  test('finds out that somebody else has written to it, or cut it', async (context) => {
    for (const meddle of [
      (path: string) => appendFileSync(path, 'foreign words'),
      (path: string) => truncateSync(path, 1),
      (path: string) => rmSync(path),
    ]) {
      const path = place(context)
      const sink = await openSink(writeLines(path))
      await writeTo(sink, ['a'])
      await checkpoint(sink)
      await writeTo(sink, ['b'])
      const prepared = await checkpoint(sink, false)
      meddle(path)
      assert.instance(await failure(async () => sink.commit(prepared)), FileConflictError)
      await sink.close?.()
    }
  })

  test('does not go on behind a file that has lost what was written', async (context) => {
    const path = place(context)
    const sink = await openSink(writeLines(path))
    await writeTo(sink, ['a', 'b'])
    const prepared = await checkpoint(sink)
    await sink.close?.()
    writeFileSync(path, 'a\n')
    assert.instance(await failure(openSink(writeLines(path), [prepared])), FileConflictError)
  })

  test('says so when the disk is full while it commits, and is whole after the next start', async (context) => {
    const disk = await crashes(context)
    const path = place(context)
    const sink = await openSink(writeLines(path))
    await writeTo(sink, ['a'])
    await checkpoint(sink)
    await writeTo(sink, ['b'])
    const prepared = await checkpoint(sink, false)
    disk.begin(0, { code: 'ENOSPC', only: ['write'] })
    const error = await failure(async () => sink.commit(prepared))
    assert.instance(error, FileError)
    assert.match((error as Error).message, /make room on the disk/)
    disk.begin(Infinity)
    await sink.close?.()
    await (await openSink(writeLines(path), [prepared])).close?.()
    assert.is(contents(path), 'a\nb\n')
  })

  test('has one writer', async (context) => {
    const error = await failure(openSink(writeLines(place(context)), [], { parallelism: 2 }))
    assert.instance(error, InvalidArgumentError)
    assert.match((error as Error).message, /parallelism 1, or pass { directory }/)
  })

  test('refuses what can never work', () => {
    const wrong: unknown[][] = [
      [''],
      ['x/'],
      [7],
      ['x', { gzip: 'auto' }],
      ['x', { existing: 'keep' }],
      ['x', { bufferLength: 0 }],
    ]
    for (const [target, options] of wrong)
      assert.throws(
        () => writeLines(target as string, options as WriteFilesOptions),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
  })
})
