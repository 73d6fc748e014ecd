import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  readCsv,
  readJsonLines,
  writeCsv,
  type WriteCsvOptions,
  writeJsonLines,
  writeLines,
} from '../../../src/connectors/files/index.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { suite } from '../../support/suite.ts'
import { folderOf, readAll } from './support/files.ts'
import { contextOf, failure, openSink, writeAll } from './support/written.ts'

suite('what files are written with', (test) => {
  test('CSV is read as it was written', async (context) => {
    const folder = folderOf(context)
    const text = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é', ';') })
    const rows = fc.array(fc.record({ a: text, 'b c': text }, { noNullPrototype: true }), { maxLength: 10 })
    let run = 0
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(',', ';'), async (rows, delimiter) => {
        const path = join(folder, `${run++}.csv`)
        await writeAll(
          writeCsv<{ a: string; 'b c': string }>(path, { columns: ['a', 'b c'], delimiter }),
          rows,
        )
        assert.equal(await readAll(readCsv(path, { delimiter })), rows)
      }),
    )
  })

  test('CSV has the columns it was told, of all kinds', async (context) => {
    const path = join(folderOf(context), 'out.csv')
    const row = {
      n: 1.5,
      no: null,
      un: undefined,
      yes: true,
      at: new Date(0),
      list: [1, 'x'],
      big: 7n,
      rest: 0,
    }
    const columns = ['big', 'n', 'no', 'un', 'yes', 'at', 'list'] as const
    await writeAll(writeCsv<typeof row>(path, { columns, header: false }), [row])
    assert.is(readFileSync(path, 'utf8'), '7,1.5,,,true,1970-01-01T00:00:00.000Z,"[1,""x""]"\n')
    const empty = join(folderOf(context), 'out.csv')
    await writeAll(writeCsv<{ a: string }>(empty, { columns: ['a'] }), [{ a: '' }])
    assert.equal(await readAll(readCsv(empty)), [{ a: '' }])
  })

  test('JSON Lines are read as they were written', async (context) => {
    const path = join(folderOf(context), 'out.jsonl')
    const values = [{ a: 'two\nlines' }, null, [], 'text', 0]
    await writeAll(writeJsonLines(path), values)
    assert.equal(await readAll(readJsonLines(path)), values)
  })

  test('a record that cannot be written leaves no trace', async (context) => {
    const folder = folderOf(context)
    const json = await openSink(writeJsonLines({ directory: folder }))
    const lines = await openSink(writeLines({ directory: folder, prefix: 'lines' }))
    const undefinedFails = await failure(() => json.write(undefined, contextOf()))
    assert.instance(undefinedFails, InvalidArgumentError)
    const bigFails = await failure(() => json.write({ big: 7n }, contextOf()))
    assert.instance(bigFails, TypeError)
    const numberFails = await failure(() => lines.write(7 as never, contextOf()))
    assert.match((numberFails as Error).message, /writeJsonLines/)
    assert.equal((await json.prepare()) && ((await lines.prepare()) as { parts: unknown }).parts, [])
    await json.close?.()
    await lines.close?.()
  })

  test('CSV refuses what can never work', () => {
    const wrong: unknown[] = [
      {},
      { columns: [] },
      { columns: [7] },
      { columns: ['a'], delimiter: ',,' },
      { columns: ['a'], delimiter: '"' },
    ]
    for (const options of wrong)
      assert.throws(
        () => writeCsv('x', options as WriteCsvOptions<object>),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
  })
})
