import * as assert from 'uvu/assert'
import { type Drawn, drawRows } from '../../src/testing/draw-rows.ts'
import { parseMarbles } from '../../src/testing/parse-marbles.ts'
import { suite } from '../support/suite.ts'

/** 'a2 b4' is a in frame 2 and b in frame 4. */
const marks = (text: string): Drawn[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({ mark: word.slice(0, 1), frame: Number(word.slice(1)) }))

const draw = (...texts: string[]): readonly string[] => drawRows(texts.map(marks)).rows

suite('drawRows', (test) => {
  test('puts each mark in the column of its frame', () => {
    assert.equal(draw('a2 b4 |6', 'a0 |8'), ['--a-b-|', 'a-------|'])
    assert.equal(draw('', 'a1'), ['', '-a'])
    assert.equal(draw(), [])
  })

  test('draws several marks of a frame as a group, which takes frames as in RxJS', () => {
    assert.equal(draw('a1 b1 c6', 'a1 c6'), ['-(ab)-c', '-a----c'])
  })

  test('pushes rows apart where a group leaves no room', () => {
    assert.equal(draw('a0 b0 c1 d2', 'x0 c1 d2'), ['(ab)cd', 'x   cd'])
  })

  test('abbreviates what is long, in all rows alike', () => {
    assert.equal(draw('a0 b100 c101', 'a0 b100 d102'), ['a 99ms bc', 'a 99ms b-d'])
    assert.equal(draw('a0 |200', 'a0 b50 |200'), ['a 49ms - 149ms |', 'a 49ms b 149ms |'])
  })

  test('knows the column of a frame', () => {
    const { columnOf } = drawRows([marks('a0 b100'), marks('a0 b100 c102')])
    assert.equal([columnOf(0), columnOf(100), columnOf(102)], [0, 7, 9])
  })

  test('draws diagrams that mean the same when they are read again', () => {
    for (const text of ['--a-(bc)--d|', 'a 99ms b 500ms (c|)', '|', '(ab)(cd)-|']) {
      const parsed = parseMarbles(text)
      const [drawn = ''] = drawRows([
        parsed.map((marble) => ({
          frame: marble.frame,
          mark: marble.kind === 'next' ? marble.value : marble.kind === 'complete' ? '|' : '#',
        })),
      ]).rows
      assert.equal(parseMarbles(drawn), parsed, `${text} was drawn as ${drawn}`)
    }
  })
})
