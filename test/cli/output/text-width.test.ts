import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { cutTo, oneLine, padTo, widthOf } from '../../../src/cli/output/text-width.ts'
import { suite } from '../../support/suite.ts'

/** Letters of every kind, many of which are not one column wide. */
const letters = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      'a',
      'é',
      'e\u0301',
      '流',
      'ﾃ',
      '한',
      '😀',
      '👩‍👩‍👧',
      '🇩🇪',
      '❤️',
      '\u200b',
      '\u200d',
      'ا',
      '\ud800',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 20,
})

suite('the width of text', (test) => {
  test('is that of its letters in a terminal', () => {
    const cases: Record<string, number> = {
      '': 0,
      abc: 3,
      流れ: 4,
      ﾃﾞ: 2,
      'e\u0301': 1,
      '😀': 2,
      '👩‍👩‍👧': 2,
      '🇩🇪': 2,
      '\u001b[31mred\u001b[39m': 3,
      '\u200b': 0,
    }
    for (const [text, width] of Object.entries(cases)) assert.is(widthOf(text), width, JSON.stringify(text))
  })

  test('is never more than it is cut to, and what is cut says so', () => {
    assert.equal(
      ['流れる', 'prices', 'e\u0301e\u0301e\u0301'].map((text) => cutTo(text, 4)),
      ['流…', 'pri…', 'e\u0301e\u0301e\u0301'],
    )
    assert.equal([cutTo('流れ', 1), cutTo('流れ', 2), cutTo('ab', 0)], ['…', '…', ''])
    fc.assert(
      fc.property(letters.map(oneLine), fc.nat(12), (text, width) => {
        const cut = cutTo(text, width)
        assert.ok(widthOf(cut) <= width, JSON.stringify([text, cut]))
        if (widthOf(text) <= width) assert.is(cut, text)
        else if (width > 0) assert.ok(cut.endsWith('…') && text.startsWith(cut.slice(0, -1)))
      }),
    )
  })

  test('is what it is padded to', () => {
    assert.equal([padTo('流', 4), padTo('流', 4, 'right'), padTo('流れ', 3)], ['流  ', '  流', '流れ'])
    fc.assert(
      fc.property(
        letters.map(oneLine),
        fc.nat(30),
        fc.constantFrom('left' as const, 'right' as const),
        (text, width, align) => {
          assert.is(widthOf(padTo(text, width, align)), Math.max(width, widthOf(text)))
        },
      ),
    )
  })

  test('has no effect on the terminal once it is one line', () => {
    assert.is(oneLine('a\nb\u001b[2J\u0007\r\u202ec\u2067d\u0085'), 'a b [2J   c d ')
    fc.assert(
      fc.property(letters, (text) => {
        assert.not.match(oneLine(text), /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u)
        assert.is(oneLine(oneLine(text)), oneLine(text))
      }),
    )
  })
})
