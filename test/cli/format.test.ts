import * as assert from 'uvu/assert'
import { formatBytes, formatDuration, formatFields, formatTable } from '../../src/cli/format.ts'
import { suite } from '../support/suite.ts'

suite('formatDuration', (test) => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0 s'],
    [999, '0 s'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [3_601_000, '1 h'],
    [90_000_000, '1 d 1 h'],
    [86_400_000 + 5_000, '1 d'],
  ]
  for (const [milliseconds, expected] of cases) {
    test(`${milliseconds} ms`, () => assert.is(formatDuration(milliseconds), expected))
  }
})

suite('formatBytes', (test) => {
  test('has two digits where there are few', () => {
    assert.equal([12, 1_200, 12_300, 1_500_000, 2e10].map(formatBytes), [
      '12 B',
      '1.2 kB',
      '12 kB',
      '1.5 MB',
      '20 GB',
    ])
  })
})

suite('formatTable', (test) => {
  const headings = ['ID', 'NAME']
  const rows = [
    ['1', 'one'],
    ['22', 'twenty-two'],
  ]

  test('aligns columns', () => {
    assert.is(formatTable(headings, rows, 80), 'ID  NAME\n1   one\n22  twenty-two')
  })

  test('lists each row where there is no room', () => {
    assert.is(formatTable(headings, rows, 13), 'ID    1\nNAME  one\n\nID    22\nNAME  twenty-two')
  })

  test('fields align their values, and lines of a value', () => {
    assert.is(
      formatFields([
        ['a', '1\n2'],
        ['long', '3'],
      ]),
      'a     1\n      2\nlong  3',
    )
  })
})
