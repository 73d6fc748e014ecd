import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { decodeKeys } from '../../../src/cli/screen/decode-keys.ts'
import { suite } from '../../support/suite.ts'

const cases: readonly (readonly [sent: string, keys: readonly string[], rest?: string])[] = [
  ['aé漢', ['a', 'é', '漢']],
  ['🦀', ['🦀']],
  ['\r\n\t\b\u007f', ['enter', 'enter', 'tab', 'backspace', 'backspace']],
  ['\u0003\u001a\u0000', ['ctrl-c', 'ctrl-z', 'ctrl-`']],
  ['\u001b[A\u001b[B\u001bOC\u001b[D', ['up', 'down', 'right', 'left']],
  ['\u001b[H\u001b[F\u001b[1~\u001b[4~\u001b[7~\u001b[8~', ['home', 'end', 'home', 'end', 'home', 'end']],
  ['\u001b[5~\u001b[6~\u001b[3~', ['pageup', 'pagedown', 'delete']],
  // With modifiers.
  ['\u001b[1;5Aq', ['up', 'q']],
  // Keys that have no name here, a report of the terminal, and the Alt key.
  ['\u001b[15~\u001b[?62;4c\u001b[[A\u001bOP\u001bxq', ['q']],
  ['\u001b', [], '\u001b'],
  ['j\u001b[', ['j'], '\u001b['],
  ['\u001b[1;', [], '\u001b[1;'],
  ['\u001b[[', [], '\u001b[['],
  ['\u001b\u001b', ['escape'], '\u001b'],
  ['\u001b\u001b[A', ['escape', 'up']],
]

suite('decodeKeys', (test) => {
  for (const [sent, keys, rest = ''] of cases)
    test(JSON.stringify(sent), () => assert.equal(decodeKeys(sent), { keys, rest }))

  test('gives the same keys wherever the text is cut', () => {
    const parts = cases.filter(([, , rest]) => rest === undefined).map(([sent]) => sent)
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts)), fc.nat(), (chosen, at) => {
        // An escape before an escape is one that somebody pressed, as is one before nothing.
        const text = chosen.join('')
        const cut = text.length === 0 ? 0 : at % text.length
        const first = decodeKeys(text.slice(0, cut))
        const second = decodeKeys(first.rest + text.slice(cut))
        // Between the halves of a character nothing is cut: the stream's decoder sees to that.
        fc.pre(!/[\ud800-\udbff]$/.test(text.slice(0, cut)))
        assert.equal([...first.keys, ...second.keys], decodeKeys(text).keys)
        assert.is(second.rest, '')
      }),
    )
  })

  test('takes anything, and leaves only what may become a sequence', () => {
    const bytes = fc.stringMatching(/^[\u001b[O0-9;?~A-Za-z \u0003]*$/)
    fc.assert(fc.property(bytes, (text) => assert.match(decodeKeys(text).rest, /^(\u001b.*)?$/)))
  })
})
