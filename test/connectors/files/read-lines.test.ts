import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  FileError,
  FileFormatError,
  readLines,
  type ReadLinesOptions,
} from '../../../src/connectors/files/index.ts'
import { SourcePositionError } from '../../../src/errors/checkpoint-errors.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { createEnvironment, failureOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { replayContract } from '../replay-contract.ts'
import { openSource, sourceContract } from '../source-contract.ts'
import { drain, filesOf, gzipped, linesOf, readAll } from './support/files.ts'

/** Text with what is hard about it: characters of several bytes, empty lines, both line breaks, lone \r. */
const text = fc
  .array(fc.constantFrom('a', 'bc', 'é', '€', '😀', '\r', '\n', '\n', '\r\n', '\r\n', 'longer words', '\t'), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''))

interface World {
  readonly files: readonly { readonly text: string; readonly members: number; readonly mark: boolean }[]
  readonly encoding: 'utf8' | 'utf16le'
  readonly chunkBytes: number
  readonly blockBytes: number
  readonly parallelism: number
}

const worlds: fc.Arbitrary<World> = fc.record({
  files: fc.array(fc.record({ text, members: fc.nat({ max: 2 }), mark: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  }),
  encoding: fc.constantFrom('utf8', 'utf16le'),
  chunkBytes: fc.integer({ min: 1, max: 40 }),
  blockBytes: fc.nat({ max: 30 }),
  parallelism: fc.constantFrom(1, 1, 2, 3),
})

replayContract<World, string>('readLines', {
  worlds,
  make: ({ files, encoding, chunkBytes, blockBytes, parallelism }, context, run) => {
    const contents = files.map(({ text, members, mark }, index) => {
      const bytes = Buffer.from(`${mark ? '\ufeff' : ''}${text}`, encoding)
      return [`${run}-${index}`, members === 0 ? bytes : gzipped(bytes, members)] as const
    })
    const paths = filesOf(context, Object.fromEntries(contents))
    return {
      source: readLines(paths, { encoding, chunkBytes, blockBytes }),
      expected: files.flatMap(({ text }) => linesOf(text)),
      parallelism,
    }
  },
})

const five = 'a\nb\nc\nd\ne\n'

sourceContract('readLines', {
  ready: async (context) => ({
    source: readLines(filesOf(context, { x: 'a\nb\n', y: 'c\nd\ne' }), { chunkBytes: 1 }),
    expected: ['a', 'b', 'c', 'd', 'e'],
    ends: true,
  }),
  failing: async (context) => ({
    source: readLines(filesOf(context, { x: `${five}${'f'.repeat(20)}` }), { maxLineLength: 10 }),
    expected: ['a', 'b', 'c', 'd', 'e'],
    ends: true,
  }),
  single: false,
})

const rejected = async <T>(work: Promise<unknown>, kind: new (...args: never[]) => T): Promise<T> => {
  const error: unknown = await work.then(
    () => assert.unreachable('it did not fail'),
    (thrown: unknown) => thrown,
  )
  assert.instance(error, kind)
  return error as T
}

suite('readLines', (test) => {
  test('reads a path, a URL and a list', async (context) => {
    const [path] = filesOf(context, { x: five }) as [string]
    assert.equal(await readAll(readLines(path)), ['a', 'b', 'c', 'd', 'e'])
    assert.equal(await readAll(readLines(pathToFileURL(path))), ['a', 'b', 'c', 'd', 'e'])
    assert.is((await readAll(readLines([path, path]))).length, 10)
  })

  test('gives nothing for files with nothing in them', async (context) => {
    const files = filesOf(context, { empty: '', mark: '\ufeff', packed: gzipSync('') })
    assert.equal(await readAll(readLines(files)), [])
    assert.equal(await readAll(readLines(filesOf(context, { one: '\n' }))), [''])
  })

  test('reads Latin-1', async (context) => {
    const files = filesOf(context, { x: Buffer.from('caf\xe9\r\n\xfc', 'latin1') })
    assert.equal(await readAll(readLines(files, { encoding: 'latin1' })), ['café', 'ü'])
  })

  test('waits only where it has to read', async (context) => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index}`)
    const opened = await openSource(
      readLines(filesOf(context, { x: lines.join('\n') }), { chunkBytes: 4096 }),
    )
    let waits = 0
    for (let index = 0; index < lines.length; index++) {
      const line = opened.source.next(opened.ctx)
      if (line instanceof Promise) waits++
      assert.is(await line, lines[index])
    }
    assert.ok(waits <= 10 + Buffer.byteLength(lines.join('\n')) / 4096, `${waits} waits`)
    await opened.close()
  })

  test('tells how far it has come, in bytes', async (context) => {
    const files = filesOf(context, { x: 'aaa\nbbb\n', y: 'ccc\n', z: gzipSync('ddd\neee\n') })
    const opened = await openSource(readLines(files))
    const total = 12 + gzipSync('ddd\neee\n').length
    const seen = [opened.source.progress!()]
    while (typeof (await opened.next()) === 'string') seen.push(opened.source.progress!())
    assert.equal(
      seen.slice(0, 4).map(({ done }) => done),
      [0, 4, 8, 12],
    )
    assert.equal(opened.source.progress!(), { done: total, total, unit: 'bytes' })
    await opened.close()
  })

  test('deals blocks of a large file to the subtasks, and counts the bytes of each', async (context) => {
    const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}`)
    const content = lines.join('\n')
    const source = readLines(filesOf(context, { x: content }), { blockBytes: 100 })
    const shares: string[][] = []
    let bytes = 0
    for (let subtaskIndex = 0; subtaskIndex < 3; subtaskIndex++) {
      const opened = await openSource(source, { subtaskIndex, parallelism: 3 })
      shares.push(await drain(opened))
      bytes += opened.source.progress!().total!
      await opened.close()
    }
    assert.ok(shares.every((share) => share.length > 200))
    assert.equal(shares.flat().toSorted(), lines.toSorted())
    assert.is(bytes, content.length)
  })

  test('bounds the length of a line', async (context) => {
    const files = filesOf(context, { x: `short\n${'x'.repeat(1000)}\nshort` })
    for (const chunkBytes of [1, 7, 5000]) {
      const source = readLines(files, { maxLineLength: 999, chunkBytes })
      const error = await rejected(readAll(source), FileFormatError)
      assert.is(error.line, 2)
      assert.is(error.offset, 6)
      assert.match(error.message, /x, line 2: a line is longer than 999 bytes/)
    }
    assert.is((await readAll(readLines(files, { maxLineLength: 1000 }))).length, 3)
  })

  test('names the file that is missing before it reads any', async (context) => {
    const [path] = filesOf(context, { x: five }) as [string]
    const error = await rejected(openSource(readLines([path, `${path}-gone`])), FileError)
    assert.is(error.path, `${path}-gone`)
    assert.match(error.message, /remedy: +look at the path/)
  })

  test('reads files only', async (context) => {
    const [path] = filesOf(context, { x: five }) as [string]
    await rejected(openSource(readLines(path.slice(0, -2))), FileError)
    const error = await rejected(openSource(readLines('/dev/null')), FileError)
    assert.match(error.message, /fromReadable/)
  })

  test('fails at a compressed file that is cut short', async (context) => {
    const packed = gzipSync(five.repeat(1000))
    const files = filesOf(context, { x: packed.subarray(0, packed.length - 12) })
    const error = await rejected(readAll(readLines(files)), FileFormatError)
    assert.match(error.message, /cut short or damaged/)
    await rejected(readAll(readLines(filesOf(context, { x: five }), { gzip: true })), FileFormatError)
  })

  test('takes a compressed file as it is when told to', async (context) => {
    const lines = await readAll(readLines(filesOf(context, { x: gzipSync(five) }), { gzip: false }))
    assert.ok(lines[0]!.startsWith('\x1f'))
  })

  test('refuses what can never work', () => {
    const wrong: unknown[][] = [
      [''],
      [[]],
      [7],
      [new URL('http://x/')],
      [['x', null]],
      ...[
        { encoding: 'ascii' },
        { gzip: 'no' },
        { maxLineLength: 0 },
        { chunkBytes: 1.5 },
        { blockBytes: -1 },
      ].map((options) => ['x', options]),
    ]
    for (const [path, options] of wrong)
      assert.throws(
        () => readLines(path as string, options as ReadLinesOptions),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
  })
})

suite('a position in files', (test) => {
  const positionAfter = async (source: Parameters<typeof openSource>[0], count: number): Promise<unknown> => {
    const opened = await openSource(source)
    await opened.take(count)
    const position = opened.source.snapshot!()
    await opened.close()
    return position
  }

  test('leads to what a file has grown by', async (context) => {
    const [path] = filesOf(context, { x: 'a\nb\n' }) as [string]
    const position = await positionAfter(readLines(path), 2)
    appendFileSync(path, 'c\n')
    assert.equal(await readAll(readLines(path), { position }), ['c'])
  })

  test('is lost when the file is gone, shorter, or another', async (context) => {
    const [path] = filesOf(context, { x: 'a\nb\nc\n' }) as [string]
    const position = await positionAfter(readLines(path), 2)
    const refused = async (pattern: RegExp): Promise<void> => {
      const error = await rejected(openSource(readLines(path), { position }), SourcePositionError)
      assert.match(error.message, pattern)
    }
    truncateSync(path, 3)
    await refused(/holds 3 bytes, and had been read up to byte 4/)
    writeFileSync(path, 'other words\nand more\n')
    await refused(/does not begin as/)
    rmSync(path)
    await refused(/is gone/)
  })

  test('is lost when a compressed file holds less', async (context) => {
    // Of the same beginning: stored, not packed.
    const [path, other] = filesOf(context, {
      x: gzipped(Buffer.from('x'.repeat(3000)), 3000),
      y: gzipped(Buffer.from('x'.repeat(2000)), 2000),
    }) as [string, string]
    const source = readLines(path, { maxLineLength: 5000 })
    const position = await positionAfter(source, 1)
    renameSync(other, path)
    const error = await rejected(readAll(source, { position }), SourcePositionError)
    assert.match(error.message, /holds 2000 bytes, and had been read up to byte 3000/)
  })

  test('does not need files that have been read', async (context) => {
    const [first, second] = filesOf(context, { x: 'a\n', y: 'b\nc\n' }) as [string, string]
    const source = readLines([first, second])
    const position = await positionAfter(source, 2)
    rmSync(first)
    assert.equal(await readAll(source, { position }), ['c'])
  })

  test('holds for a list that has grown at its end', async (context) => {
    const [first, second] = filesOf(context, { x: 'a\n', y: 'b\n' }) as [string, string]
    for (const count of [0, 1, 2]) {
      const position = await positionAfter(readLines(first), count)
      assert.equal(
        await readAll(readLines([first, second]), { position }),
        ['a', 'b'].slice(Math.min(count, 1)),
      )
      if (count === 1) await rejected(openSource(readLines(second), { position }), SourcePositionError)
    }
  })

  test('is that of one subtask of so many, with the same blocks', async (context) => {
    const source = readLines(filesOf(context, { x: five }))
    const position = await positionAfter(source, 2)
    await rejected(openSource(source, { position, subtaskIndex: 1 }), SourcePositionError)
    await rejected(openSource(source, { position, parallelism: 2 }), SourcePositionError)
    const other = readLines(filesOf(context, { x: five }), { blockBytes: 5 })
    await rejected(openSource(other, { position }), SourcePositionError)
    await rejected(openSource(source, { position: { somebody: 'else' } }), SourcePositionError)
  })
})

suite('readLines in a job', (test) => {
  test('gives every line once, whatever the parallelism', async (context) => {
    const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`)
    const files = filesOf(context, { x: lines.join('\n'), y: gzipSync(lines.join('\n')) })
    const env = createEnvironment()
    const seen = env.fromSource(readLines(files, { blockBytes: 1000 }), { parallelism: 3 }).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values.toSorted(), [...lines, ...lines].toSorted())
  })

  test('fails the job where a file is missing', async () => {
    const env = createEnvironment()
    env.fromSource(readLines('temp/no-such-file')).sink(() => {})
    const { cause } = await failureOf(env.submit({ autostop: true }))
    assert.instance(cause, FileError)
  })
})
