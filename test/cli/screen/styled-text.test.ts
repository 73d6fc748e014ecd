import * as assert from 'uvu/assert'
import { cutStyled } from '../../../src/cli/screen/styled-text.ts'
import { suite } from '../../support/suite.ts'

suite('cutStyled', (test) => {
  const cases: readonly (readonly [string, number, string])[] = [
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 4, '漢…'],
    ['\u001b[31mlonger\u001b[39m text', 5, '\u001b[31mlong…\u001b[39m'],
    ['\u001b[1mab\u001b[22m\u001b[2mcdef\u001b[22m', 4, '\u001b[1mab\u001b[22m\u001b[2mc…\u001b[22m'],
    ['gone', 0, ''],
  ]
  for (const [text, width, expected] of cases)
    test(`${JSON.stringify(text)} in ${width}`, () => assert.is(cutStyled(text, width), expected))
})
