import * as assert from 'uvu/assert'
import { fileFilter } from '../../../src/connectors/watch/file-pattern.ts'
import { suite } from '../../support/suite.ts'

suite('a pattern of files', (test) => {
  const paths = ['a.csv', 'b.CSV', 'in/a.csv', 'in/deep/a.csv', 'a.json', 'a+(b).csv', 'ab.csv']

  for (const [glob, matching] of [
    ['*.csv', ['a.csv', 'a+(b).csv', 'ab.csv']],
    ['**/*.csv', ['a.csv', 'in/a.csv', 'in/deep/a.csv', 'a+(b).csv', 'ab.csv']],
    ['in/**', ['in/a.csv', 'in/deep/a.csv']],
    ['?.csv', ['a.csv']],
    ['*.{csv,json}', ['a.csv', 'a.json', 'a+(b).csv', 'ab.csv']],
    ['a+(b).csv', ['a+(b).csv']],
    ['a.c', []],
  ] as const) {
    test(`as the glob ${glob}`, () => {
      assert.equal(paths.filter(fileFilter(glob)), matching)
    })
  }

  test('as a regular expression, also one with a memory', () => {
    assert.equal(
      paths.filter(fileFilter(/\.csv$/gi)),
      paths.filter((path) => /\.csv$/i.test(path)),
    )
  })

  test('as a function, and none', () => {
    assert.equal(paths.filter(fileFilter((path) => path.startsWith('in/'))), ['in/a.csv', 'in/deep/a.csv'])
    assert.equal(paths.filter(fileFilter(undefined)), paths)
  })
})
