import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { allLines, splitLog } from '../../../src/providers/wire/log-text.ts'
import { suite } from '../../support/suite.ts'

suite('the lines of a log', (test) => {
  test('end with a line feed, a carriage return or both', () => {
    assert.equal(splitLog('a\nb\r\n\n 10%\r 20%\rrest'), {
      lines: ['a', 'b', '', ' 10%', ' 20%'],
      rest: 'rest',
    })
    assert.equal(splitLog(''), { lines: [], rest: '' })
    assert.equal(allLines(splitLog('a\nb')), ['a', 'b'])
    assert.equal(allLines(splitLog('a\n')), ['a'])
  })

  test('never change and never change places while a log grows', () => {
    const part = fc.constantFrom('a', 'b', '\n', '\r', '\r\n', ' ')
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (before, after) => {
        const early = splitLog(before.join('')).lines
        const late = splitLog([...before, ...after].join('')).lines
        assert.equal(late.slice(0, early.length), early)
      }),
    )
  })
})
