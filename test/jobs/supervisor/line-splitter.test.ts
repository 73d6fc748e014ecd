import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { LineSplitter } from '../../../src/jobs/supervisor/line-splitter.ts'
import { suite } from '../../support/suite.ts'

const split = (pieces: readonly Uint8Array[], longest = 1_000): string[] => {
  const splitter = new LineSplitter(longest)
  const lines: string[] = []
  const take = (): void => {
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) lines.push(line)
  }
  for (const piece of pieces) {
    splitter.push(Buffer.from(piece))
    take()
  }
  splitter.end()
  take()
  return lines
}

const cut = (bytes: Buffer, at: readonly number[]): Buffer[] => {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}

suite('lines of bytes', (test) => {
  test('they are the same however the bytes come', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''))
    fc.assert(
      fc.property(fc.array(line), line, fc.array(fc.nat()), (lines, last, places) => {
        const bytes = Buffer.from([...lines, last].join('\n'))
        const expected = [...lines, ...(last === '' ? [] : [last])]
        deepEqual(split(cut(bytes, places)), expected)
      }),
    )
  })

  test('a long line is given in pieces, with nothing lost and no character cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.replace(/[\r\n]/g, '')),
        fc.integer({ min: 2, max: 20 }),
        fc.array(fc.nat()),
        (text, longest, places) => {
          const pieces = split(cut(Buffer.from(text), places), longest)
          equal(pieces.join(''), text)
          ok(pieces.every((piece) => piece.length <= longest && Buffer.from(piece).toString() === piece))
        },
      ),
    )
  })

  test('both kinds of line ends are ends', () => {
    deepEqual(split([Buffer.from('a\r\n\r\nb\n\nc\r')]), ['a', '', 'b', '', 'c'])
  })

  test('what is no UTF-8 is replaced', () => {
    deepEqual(split([Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82])]), ['a\ufffdb', '\ufffd'])
  })
})
