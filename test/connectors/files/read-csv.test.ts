import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FileFormatError, readCsv, type ReadCsvOptions } from '../../../src/connectors/files/index.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { suite } from '../../support/suite.ts'
import { replayContract } from '../replay-contract.ts'
import { openSource, sourceContract } from '../source-contract.ts'
import { drain, filesOf, gzipped, readAll } from './support/files.ts'

interface World {
  readonly files: readonly { readonly rows: readonly (readonly string[])[]; readonly members: number }[]
  readonly lineBreak: string
  readonly encoding: 'utf8' | 'utf16le'
  readonly mark: boolean
  readonly chunkBytes: number
  readonly parallelism: number
}

const field = fc
  .array(fc.constantFrom('a', 'é', '😀', ',', '"', '\n', '\r\n', ' ', 'word'), { maxLength: 4 })
  .map((parts) => parts.join(''))

const worlds: fc.Arbitrary<World> = fc.record({
  files: fc.array(
    fc.record({
      rows: fc.array(fc.tuple(field, field), { maxLength: 8 }),
      members: fc.nat({ max: 2 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  lineBreak: fc.constantFrom('\n', '\r\n'),
  encoding: fc.constantFrom('utf8', 'utf16le'),
  mark: fc.boolean(),
  chunkBytes: fc.integer({ min: 1, max: 40 }),
  parallelism: fc.constantFrom(1, 1, 2),
})

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

replayContract<World, unknown>('readCsv', {
  worlds,
  make: ({ files, lineBreak, encoding, mark, chunkBytes, parallelism }, context, run) => {
    const contents = files.map(({ rows, members }, index) => {
      const lines = [['key', 'va lue'], ...rows].map((row) => row.map(quoted).join(','))
      const bytes = Buffer.from(`${mark ? '\ufeff' : ''}${lines.join(lineBreak)}`, encoding)
      return [`${run}-${index}`, members === 0 ? bytes : gzipped(bytes, members)] as const
    })
    return {
      source: readCsv(filesOf(context, Object.fromEntries(contents)), { encoding, chunkBytes }),
      expected: files.flatMap(({ rows }) => rows.map(([key, value]) => ({ key, 'va lue': value }))),
      parallelism,
    }
  },
})

sourceContract('readCsv', {
  ready: async (context) => ({
    source: readCsv(filesOf(context, { x: 'a,b\n1,2\n', y: gzipSync('a,b\r\n3,4\r\n\r\n"5,\n",6') })),
    expected: [
      { a: '1', b: '2' },
      { a: '3', b: '4' },
      { a: '5,\n', b: '6' },
    ],
    ends: true,
  }),
  failing: async (context) => ({
    source: readCsv(filesOf(context, { x: 'a\n1\n2\n3\n4,5\n6' })),
    expected: [{ a: '1' }, { a: '2' }, { a: '3' }],
    ends: true,
  }),
  single: false,
})

suite('readCsv', (test) => {
  const read = async (content: string, options: ReadCsvOptions, context: Parameters<typeof filesOf>[0]) =>
    readAll<unknown>(readCsv(filesOf(context, { x: content }), options))

  test('takes the names of columns from its options, or gives arrays', async (context) => {
    assert.equal(await read('1,2\n3,4', { columns: ['a', 'b'] }, context), [
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ])
    assert.equal(await read('1,2\n3,4', { columns: false }, context), [
      ['1', '2'],
      ['3', '4'],
    ])
  })

  test('reads other dialects', async (context) => {
    const content = "# prices\na; b\n'x;y' ; 2\n"
    const options = { delimiter: ';', quote: "'", comment: '#', trim: true }
    assert.equal(await read(content, options, context), [{ a: 'x;y', b: '2' }])
    assert.equal(await read('a\n"x\n', { quote: null }, context), [{ a: '"x' }])
    assert.equal(await read('a,b\n1\n', { relaxColumnCount: true }, context), [{ a: '1' }])
  })

  test('names file and line of a record that it cannot read', async (context) => {
    const error: unknown = await read('a,b\n1,2\n"3\n",4\n5\n', {}, context).catch(
      (thrown: unknown) => thrown,
    )
    assert.instance(error, FileFormatError)
    const { path, line, message } = error as FileFormatError
    assert.is(line, 5)
    assert.ok(
      message.startsWith(`${path}, line 5: the record cannot be read: Invalid Record Length`),
      message,
    )
  })

  test('counts lines on after it was restored', async (context) => {
    const source = readCsv(filesOf(context, { x: 'a,b\n1,2\n"3\n",4\n5\n' }))
    const first = await openSource(source)
    await first.take(2)
    const position = first.source.snapshot!()
    await first.close()
    const error: unknown = await readAll(source, { position }).catch((thrown: unknown) => thrown)
    assert.is((error as FileFormatError).line, 5)
  })

  test('passes over bad records when told to, and counts each once', async (context) => {
    const content = 'a,b\n1\n2,3\nx"y"z,w,v\n4,5\n'
    const opened = await openSource(readCsv(filesOf(context, { x: content }), { onBadLine: 'skip' }))
    assert.equal(await drain(opened), [
      { a: '2', b: '3' },
      { a: '4', b: '5' },
    ])
    assert.equal(opened.metrics.snapshot(), { 'bad lines': 2 })
    await opened.close()
  })

  test('fails at a quote that is never closed, and at a record that is too long', async (context) => {
    const open: unknown = await read('a\n1\n"2\n3\n', {}, context).catch((thrown: unknown) => thrown)
    assert.match((open as FileFormatError).message, /Quote Not Closed/)
    const content = `a\n1\n"${'x'.repeat(5000)}`
    for (const onBadLine of ['fail', 'skip'] as const) {
      const options = { maxLineLength: 1000, chunkBytes: 100, onBadLine }
      const long: unknown = await read(content, options, context).catch((thrown: unknown) => thrown)
      assert.instance(long, FileFormatError)
      assert.match((long as FileFormatError).message, /Max Record Size/)
    }
  })

  test('refuses what can never work', () => {
    const wrong: ReadCsvOptions[] = [
      { columns: [] },
      { delimiter: '' },
      { quote: 7 as never },
      { comment: '' },
    ]
    for (const options of wrong)
      assert.throws(
        () => readCsv('x', options),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
  })
})
