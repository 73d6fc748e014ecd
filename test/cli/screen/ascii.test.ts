import * as assert from 'uvu/assert'
import { widthOf } from '../../../src/cli/output/text-width.ts'
import { hasUnicode, toAscii } from '../../../src/cli/screen/ascii.ts'
import { suite } from '../../support/suite.ts'

suite('hasUnicode', (test) => {
  const cases: readonly (readonly [Record<string, string>, NodeJS.Platform, boolean])[] = [
    [{ LANG: 'de_DE.UTF-8' }, 'linux', true],
    [{ LANG: 'C.utf8' }, 'linux', true],
    [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, 'linux', false],
    [{ LANG: 'C', LC_CTYPE: 'en_GB.UTF-8', LC_ALL: '' }, 'linux', true],
    [{}, 'linux', false],
    [{}, 'darwin', true],
  ]
  for (const [env, platform, expected] of cases)
    test(`${JSON.stringify(env)} on ${platform}`, () => assert.is(hasUnicode(env, platform), expected))
})

suite('toAscii', (test) => {
  test('has something else for each character, as wide', () => {
    for (const line of ['plain', '› ▁▄█ … ↓', '価格 é', '\u001b[31m価\u001b[0m']) {
      const ascii = toAscii(line)
      assert.match(ascii, /^[\u0000-\u007f]*$/)
      assert.is(widthOf(ascii), widthOf(line))
    }
    assert.is(toAscii('› ▁█ “x” 価…'), '> .@ "x" ??~')
  })
})
