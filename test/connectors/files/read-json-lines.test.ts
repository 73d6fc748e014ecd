import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  FileFormatError,
  readJsonLines,
  type ReadJsonLinesOptions,
} from '../../../src/connectors/files/index.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { suite } from '../../support/suite.ts'
import { replayContract } from '../replay-contract.ts'
import { openSource, sourceContract } from '../source-contract.ts'
import { drain, filesOf, gzipped, readAll } from './support/files.ts'

interface World {
  readonly values: readonly unknown[]
  readonly blank: readonly boolean[]
  readonly lineBreak: string
  readonly members: number
  readonly options: ReadJsonLinesOptions
  readonly parallelism: number
}

const worlds: fc.Arbitrary<World> = fc.record({
  values: fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 20 }),
  blank: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  lineBreak: fc.constantFrom('\n', '\r\n'),
  members: fc.nat({ max: 1 }),
  options: fc.record({
    chunkBytes: fc.integer({ min: 1, max: 50 }),
    blockBytes: fc.nat({ max: 40 }),
    onBadLine: fc.constant('skip' as const),
  }),
  parallelism: fc.constantFrom(1, 2),
})

replayContract<World, unknown>('readJsonLines', {
  worlds,
  make: ({ values, blank, lineBreak, members, options, parallelism }, context, run) => {
    const lines = values.map(
      (value, index) => `${blank[index] ? ` ${lineBreak}{"never${lineBreak}` : ''}${JSON.stringify(value)}`,
    )
    const bytes = Buffer.from(lines.join(lineBreak))
    const paths = filesOf(context, { [`${run}`]: members === 0 ? bytes : gzipped(bytes, members) })
    // As JSON has it: there is no -0.
    const expected = values.map((value): unknown => JSON.parse(JSON.stringify(value)))
    return { source: readJsonLines(paths, options), expected, parallelism }
  },
})

sourceContract('readJsonLines', {
  ready: async (context) => ({
    source: readJsonLines(filesOf(context, { x: '1\nnull\n\n', y: '{"a":2}\r\n\n' })),
    expected: [1, null, { a: 2 }],
    ends: true,
  }),
  failing: async (context) => ({
    source: readJsonLines(filesOf(context, { x: '1\n2\n3\n{' })),
    expected: [1, 2, 3],
    ends: true,
  }),
  single: false,
})

suite('readJsonLines', (test) => {
  const bad = '{"id":1}\n\n{"id":2\r\n{"id":3}\nnonsense\n'

  test('names file, line and text of what it cannot parse', async (context) => {
    const [path] = filesOf(context, { x: bad }) as [string]
    const opened = await openSource(readJsonLines(path))
    await opened.next()
    const error: unknown = await opened.next().catch((thrown: unknown) => thrown)
    await opened.close()
    assert.instance(error, FileFormatError)
    const { line, offset, text, message } = error as FileFormatError
    assert.equal([line, offset, text], [3, 10, '{"id":2'])
    assert.ok(message.startsWith(`${path}, line 3: the line is not JSON: `), message)
    assert.match(message, /remedy: .*onBadLine/)
  })

  test('names the byte where lines cannot be counted', async (context) => {
    const [path] = filesOf(context, { x: bad }) as [string]
    const source = readJsonLines(path, { blockBytes: 8 })
    const opened = await openSource(source, { subtaskIndex: 1, parallelism: 2 })
    const error: unknown = await drain(opened).catch((thrown: unknown) => thrown)
    await opened.close()
    assert.instance(error, FileFormatError)
    assert.is((error as FileFormatError).line, undefined)
    assert.match((error as FileFormatError).message, /, byte 10: /)
  })

  test('passes over bad lines when told to, and counts them', async (context) => {
    const opened = await openSource(readJsonLines(filesOf(context, { x: bad }), { onBadLine: 'skip' }))
    assert.equal(await drain(opened), [{ id: 1 }, { id: 3 }])
    assert.equal(opened.metrics.snapshot(), { 'bad lines': 2 })
    await opened.close()
  })

  test('tells a function of bad lines, which may fail the job', async (context) => {
    const files = filesOf(context, { x: bad })
    const texts: (string | undefined)[] = []
    const records = await readAll(readJsonLines(files, { onBadLine: ({ text }) => void texts.push(text) }))
    assert.equal(records, [{ id: 1 }, { id: 3 }])
    assert.equal(texts, ['{"id":2', 'nonsense'])
    const strict = readJsonLines(files, {
      onBadLine: () => {
        throw new Error('enough')
      },
    })
    const error: unknown = await readAll(strict).catch((thrown: unknown) => thrown)
    assert.is((error as Error).message, 'enough')
  })

  test('refuses a policy that it does not know', () => {
    assert.throws(
      () => readJsonLines('x', { onBadLine: 'ignore' as never }),
      (error: unknown) => error instanceof InvalidArgumentError,
    )
  })
})
