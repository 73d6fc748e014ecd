import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Column, formatRows } from '../../../src/cli/output/table.ts'
import { widthOf } from '../../../src/cli/output/text-width.ts'
import { suite } from '../../support/suite.ts'

interface Row {
  readonly name: string
  readonly count: number
  readonly note: string
}

const columns: readonly Column<Row>[] = [
  { heading: 'NAME', value: ({ name }) => name, least: 6 },
  {
    heading: 'COUNT',
    value: ({ count }) => String(count),
    align: 'right',
    color: () => (text) => `<${text}>`,
  },
  { heading: 'NOTE', value: ({ note }) => note, least: 5 },
]
const rows: readonly Row[] = [
  { name: 'word count', count: 7, note: 'it runs' },
  { name: '流れる水', count: 1234, note: '' },
]
const plain = columns.map(({ color: _, ...column }) => column)

suite('formatRows', (test) => {
  test('aligns columns by what they take in a terminal', () => {
    assert.equal(formatRows(rows, plain, 80), [
      'NAME        COUNT  NOTE',
      'word count      7  it runs',
      '流れる水     1234',
    ])
  })

  test('colours cells when they are padded, and no heading', () => {
    assert.equal(formatRows(rows.slice(0, 1), columns, 80), [
      'NAME        COUNT  NOTE',
      'word count  <    7>  it runs',
    ])
  })

  test('cuts what may be cut, the widest first, where the terminal is narrow', () => {
    assert.equal(formatRows(rows, plain, 22), [
      'NAME    COUNT  NOTE',
      'word …      7  it runs',
      '流れ…    1234',
    ])
    assert.equal(formatRows(rows, plain, 20), [
      'NAME    COUNT  NOTE',
      'word …      7  it r…',
      '流れ…    1234',
    ])
  })

  test('then leaves out what may be left out, from the right', () => {
    const fruits = [
      { name: 'strawberries', count: 7, note: 'red' },
      { name: '林檎', count: 120, note: '' },
    ]
    const optional: readonly Column<Row>[] = [
      plain[0]!,
      plain[1]!,
      { heading: 'NOTE', value: ({ note }) => note, optional: true },
      { heading: 'TWICE', value: ({ count }) => String(count * 2), align: 'right', optional: true },
    ]
    assert.is(formatRows(fruits, optional, 28)[1], 'strawbe…      7  red      14')
    assert.equal(formatRows(fruits, optional, 22), [
      'NAME       COUNT  NOTE',
      'strawber…      7  red',
      '林檎         120',
    ])
    assert.equal(formatRows(fruits, optional, 13), ['NAME    COUNT', 'straw…      7', '林檎      120'])
    // All of them below each other, where that is not enough.
    assert.equal(formatRows(fruits.slice(1), optional, 10), [
      'NAME   林…',
      'COUNT  120',
      'NOTE',
      'TWICE  240',
    ])
  })

  test('shows fields where even that is too wide', () => {
    assert.equal(formatRows(rows, plain, 19), [
      'NAME   word count',
      'COUNT  7',
      'NOTE   it runs',
      '',
      'NAME   流れる水',
      'COUNT  1234',
      'NOTE',
    ])
    assert.equal(formatRows(rows.slice(0, 1), plain, 9), ['NA…  wor…', 'CO…  7', 'NO…  it …'])
  })

  test('keeps a row one line, whatever its texts hold', () => {
    const [, line] = formatRows([{ name: 'a\nb\u001b[2J', count: 1, note: '\u0007' }], plain, 80)
    assert.is(line, 'a b [2J      1')
  })

  test('is never wider than the terminal, and never leaves a row out', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '流', '😀', 'e\u0301', '\n', '👩‍👩‍👧'),
      maxLength: 30,
    })
    const row = fc.record({ name: text, count: fc.nat(), note: text })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), fc.integer({ min: 4, max: 100 }), (some, terminal) => {
        const lines = formatRows(some, plain, terminal)
        for (const line of lines) assert.ok(widthOf(line) <= terminal, JSON.stringify([line, terminal]))
        const isTable = lines.length === some.length + 1
        assert.ok(isTable || lines.length === Math.max(0, some.length * (columns.length + 1) - 1))
      }),
    )
  })
})
