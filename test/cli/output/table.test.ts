import * as assert from 'uvu/assert'
import { type Column, formatRows } from '../../../src/cli/output/table.ts'
import { suite } from '../../support/suite.ts'

interface Fruit {
  readonly name: string
  readonly count: number
  readonly note: string
}

const columns: readonly Column<Fruit>[] = [
  { heading: 'NAME', value: ({ name }) => name, least: 6 },
  { heading: 'COUNT', value: ({ count }) => String(count), align: 'right' },
  { heading: 'NOTE', value: ({ note }) => note, optional: true },
  { heading: 'TWICE', value: ({ count }) => String(count * 2), align: 'right', optional: true },
]

const fruits: readonly Fruit[] = [
  { name: 'strawberries', count: 7, note: 'red' },
  { name: '林檎', count: 120, note: '' },
]

suite('a table', (test) => {
  test('is as wide as it needs to be', () => {
    assert.equal(formatRows(fruits, columns, 80), [
      'NAME          COUNT  NOTE  TWICE',
      'strawberries      7  red      14',
      '林檎            120          240',
    ])
  })

  test('cuts what may be cut', () => {
    assert.equal(formatRows(fruits, columns, 28)[1], 'strawbe…      7  red      14')
  })

  test('then leaves out what may be left out, from the right', () => {
    assert.equal(formatRows(fruits, columns, 22), [
      'NAME       COUNT  NOTE',
      'strawber…      7  red',
      '林檎         120',
    ])
    assert.equal(formatRows(fruits, columns, 13), ['NAME    COUNT', 'straw…      7', '林檎      120'])
  })

  test('shows all of each row below each other where that is not enough', () => {
    assert.equal(formatRows(fruits.slice(1), columns, 10), [
      'NAME   林檎',
      'COUNT  120',
      'NOTE',
      'TWICE  240',
    ])
  })
})
