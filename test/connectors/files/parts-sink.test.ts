import { chmodSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { FileConflictError, FileError, writeLines } from '../../../src/connectors/files/index.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { suite } from '../../support/suite.ts'
import { transactionalSinkContract } from '../transactional-sink-contract.ts'
import { folderOf } from './support/files.ts'
import { crashes, inParts, lineContract, namesIn, textOf } from './support/sink-worlds.ts'
import { checkpoint, contextOf, failure, openSink, writeAll, writeTo } from './support/written.ts'

transactionalSinkContract(
  'a directory of parts',
  lineContract((directory) => ({ directory }), inParts, {}),
)
transactionalSinkContract(
  'a directory of compressed parts that roll',
  lineContract((directory) => ({ directory, rollBytes: 40 }), inParts, { gzip: true }),
)

suite('a sink of parts', (test) => {
  test('makes a file of each checkpoint in which something was written', async (context) => {
    const directory = join(folderOf(context), 'not/there/yet')
    const sink = await openSink(writeLines({ directory }))
    await writeTo(sink, ['a', 'b'])
    await checkpoint(sink)
    await checkpoint(sink)
    await writeTo(sink, ['c'])
    assert.equal(readdirSync(directory).toSorted(), ['.staging', 'part-0-000000.txt'])
    await checkpoint(sink)
    await sink.close?.()
    assert.equal(readdirSync(directory).toSorted(), ['part-0-000000.txt', 'part-0-000001.txt'])
    assert.is(textOf(join(directory, 'part-0-000000.txt')), 'a\nb\n')
    assert.is(textOf(join(directory, 'part-0-000001.txt')), 'c\n')
  })

  test('names parts as it is told to, and rolls them by size', async (context) => {
    const directory = folderOf(context)
    const target = { directory, prefix: 'day', extension: '.log', rollBytes: 8 }
    await writeAll(writeLines(target, { bufferLength: 1 }), ['1234', '5678', '9', 'abcdefgh', 'z'])
    const names = namesIn(directory)
    assert.ok(names.length > 1 && names.length < 5)
    assert.ok(names.every((name) => /^day-0-\d{6}\.log$/.test(name)))
    assert.is(names.map((name) => textOf(join(directory, name))).join(''), '1234\n5678\n9\nabcdefgh\nz\n')
  })

  test('keeps subtasks, and sinks of another prefix, apart', async (context) => {
    const directory = folderOf(context)
    const told = [0, 1].map((subtaskIndex) => ({ subtaskIndex, parallelism: 2 }))
    const sinks = await Promise.all(told.map((scope) => openSink(writeLines({ directory }), [], scope)))
    const other = await openSink(writeLines({ directory, prefix: 'part-0' }))
    const all = [...sinks, other]
    for (const [index, sink] of all.entries()) await writeTo(sink, [`${index}`])
    await Promise.all(all.map((sink) => checkpoint(sink)))
    for (const sink of all) await sink.close?.()
    assert.equal(namesIn(directory), ['part-0-0-000000.txt', 'part-0-000000.txt', 'part-1-000000.txt'])
  })

  test('goes on with another parallelism: the first subtask is handed what all had prepared', async (context) => {
    const directory = folderOf(context)
    const Sink = writeLines({ directory })
    const before = await Promise.all([0, 1].map((subtaskIndex) => openSink(Sink, [], { subtaskIndex })))
    for (const [index, sink] of before.entries()) await writeTo(sink, [`before ${index}`])
    const prepared = await Promise.all(before.map((sink) => checkpoint(sink, false)))
    const after = await Promise.all(
      [0, 1, 2].map((subtaskIndex) => openSink(Sink, subtaskIndex === 0 ? prepared : [], { subtaskIndex })),
    )
    for (const [index, sink] of after.entries()) await writeTo(sink, [`after ${index}`])
    for (const sink of after) await checkpoint(sink)
    for (const sink of after) await sink.close?.()
    const written = namesIn(directory).map((name) => textOf(join(directory, name)).trim())
    assert.equal(written.toSorted(), ['after 0', 'after 1', 'after 2', 'before 0', 'before 1'])
  })

  test('does not mind that parts are taken away once they can be seen', async (context) => {
    const directory = folderOf(context)
    const Sink = writeLines({ directory })
    const sink = await openSink(Sink)
    await writeTo(sink, ['a'])
    const prepared = await checkpoint(sink)
    await sink.close?.()
    rmSync(join(directory, 'part-0-000000.txt'))
    const next = await openSink(Sink, [prepared])
    await writeTo(next, ['b'])
    await checkpoint(next)
    await next.close?.()
    assert.equal(namesIn(directory), ['part-0-000001.txt'])
  })

  test('does with the output of an earlier run what it is told to', async (context) => {
    const directory = folderOf(context)
    const run = (existing: 'fail' | 'replace' | 'append', record: string): Promise<void> =>
      writeAll(writeLines({ directory }, { existing }), [record])
    const contents = (): string[] => namesIn(directory).map((name) => textOf(join(directory, name)))
    await run('fail', 'a')
    const refused = await failure(run('fail', 'b'))
    assert.instance(refused, FileConflictError)
    assert.match((refused as Error).message, /part-0-000000\.txt[\s\S]*existing: 'replace' or 'append'/)
    await run('append', 'c')
    assert.equal(contents(), ['a\n', 'c\n'])
    await run('replace', 'd')
    assert.equal(contents(), ['d\n'])
  })

  test('finds out that another sink writes to the same place', async (context) => {
    const Sink = writeLines({ directory: folderOf(context) })
    const first = await openSink(Sink)
    await writeTo(first, ['a'])
    const prepared = await checkpoint(first, false)
    const second = await openSink(Sink)
    assert.instance(await failure(async () => first.commit(prepared)), FileConflictError)
    await writeTo(second, ['b'])
    const other = await checkpoint(second, false)
    await second.commit(other)
    await first.close?.()
    await second.close?.()
  })

  test('brings records and names to the disk, before a checkpoint counts on them and before it has shown them', async (context) => {
    const disk = await crashes(context)
    const sink = await openSink(writeLines({ directory: folderOf(context) }))
    await writeTo(sink, ['a'])
    disk.begin(Infinity)
    const prepared = await checkpoint(sink, false)
    assert.is(disk.log.slice(-6).join(' '), 'write sync close open sync close')
    disk.begin(Infinity)
    await sink.commit(prepared)
    assert.is(disk.log.join(' '), 'stat stat rename open sync close open sync close')
    await sink.close?.()
  })

  test('shows its last part also when another subtask, which is done, removes the hidden folder behind it', async (context) => {
    const disk = await crashes(context)
    const directory = folderOf(context)
    const sink = await openSink(writeLines({ directory }))
    await writeTo(sink, ['a'])
    const prepared = await checkpoint(sink, false)
    // Behind the part's way to its name: stat stat rename open sync close.
    disk.begin(6, { code: 'ENOENT', only: ['open'] })
    await sink.commit(prepared)
    assert.is(disk.log.at(-1), 'open')
    disk.begin(Infinity)
    await sink.close?.()
    assert.is(textOf(join(directory, 'part-0-000000.txt')), 'a\n')
  })

  test('says so when the disk is full, and shows nothing', async (context) => {
    const disk = await crashes(context)
    const directory = folderOf(context)
    const sink = await openSink(writeLines({ directory }, { bufferLength: 4 }))
    disk.begin(0, { code: 'ENOSPC', only: ['write'] })
    const error = await failure(async () => {
      for (;;) await writeTo(sink, ['record'])
    })
    assert.instance(error, FileError)
    assert.match((error as Error).message, /cannot write .*ENOSPC[\s\S]*remedy: +make room on the disk/)
    assert.is(await failure(async () => sink.prepare()), error, 'no checkpoint without the record')
    disk.begin(Infinity)
    await sink.close?.()
    assert.equal(namesIn(directory), [])
  })

  test('says so when it may not write', async (context) => {
    if (process.getuid?.() === 0) {
      const disk = await crashes(context)
      disk.begin(0, { code: 'EACCES', only: ['mkdir'] })
    }
    const folder = folderOf(context)
    chmodSync(folder, 0o500)
    const error = await failure(openSink(writeLines({ directory: join(folder, 'out') })))
    assert.instance(error, FileError)
    assert.match((error as Error).message, /EACCES[\s\S]*remedy: +give the user/)
  })

  test('holds back who writes faster than the disk', async (context) => {
    const directory = folderOf(context)
    const sink = await openSink(writeLines({ directory }, { bufferLength: 100 }))
    const record = 'x'.repeat(49)
    const waits: boolean[] = []
    let last: unknown
    for (let index = 0; index < 5; index++) {
      last = sink.write(record, contextOf())
      waits.push(last instanceof Promise)
    }
    assert.equal(waits, [false, false, false, true, true])
    await last
    await checkpoint(sink)
    await sink.close?.()
    assert.is(statSync(join(directory, 'part-0-000000.txt')).size, 250)
  })

  test('refuses what can never work', () => {
    const wrong = [
      { directory: '' },
      { directory: 'x', prefix: '' },
      { directory: 'x', prefix: '.hidden' },
      { directory: 'x', prefix: 'a/b' },
      { directory: 'x', extension: '/' },
      { directory: 'x', rollBytes: 0 },
    ]
    for (const target of wrong)
      assert.throws(
        () => writeLines(target),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
  })
})
