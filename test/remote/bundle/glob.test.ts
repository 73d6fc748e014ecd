import * as assert from 'uvu/assert'
import { globToRegExp, isPattern } from '../../../src/remote/bundle/glob.ts'
import { suite } from '../../support/suite.ts'

suite('patterns of assets', (test) => {
  test('match paths', () => {
    const matches: Readonly<Record<string, readonly [yes: readonly string[], no: readonly string[]]>> = {
      '*.txt': [
        ['a.txt', '.txt'],
        ['b/a.txt', 'atxt', 'a.txt.gz'],
      ],
      'data/**/*.csv': [
        ['data/a.csv', 'data/b/c/a.csv'],
        ['a.csv', 'other/a.csv', 'data/a.txt'],
      ],
      'data/**': [
        ['data/a', 'data/b/c'],
        ['data', 'other/a'],
      ],
      '**/x': [
        ['x', 'a/x', 'a/b/x'],
        ['ax', 'x/a'],
      ],
      'a?.[bc]': [
        ['ax.b', 'ay.c'],
        ['a.b', 'axy.b', 'ax.d', 'a/.b'],
      ],
      'a[!b]': [['ac'], ['ab', 'a']],
      '{a,b/*}.{txt,md}': [
        ['a.txt', 'b/c.md'],
        ['b.txt', 'b/c/d.md', 'a.pdf'],
      ],
      'a+(b).txt': [['a+(b).txt'], ['aab.txt']],
      'a[': [['a['], ['a']],
    }
    for (const [pattern, [yes, no]] of Object.entries(matches)) {
      const expression = globToRegExp(pattern)
      for (const path of yes) assert.ok(expression.test(path), `${pattern} matches ${path}`)
      for (const path of no) assert.not.ok(expression.test(path), `${pattern} does not match ${path}`)
    }
  })

  test('are told from names', () => {
    assert.equal(['a.txt', 'a/b (1)', 'a,b'].map(isPattern), [false, false, false])
    assert.equal(['*', 'a?', 'a[b]', '{a}'].map(isPattern), [true, true, true, true])
  })
})
