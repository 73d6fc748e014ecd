import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { quote, splitLine, unquote } from '../../../src/cli/completion/shell-words.ts'
import { suite } from '../../support/suite.ts'

const texts = (line: string): readonly string[] => splitLine(line).words.map(({ text }) => text)

/** What a real shell makes of it. */
const byShell = (line: string): readonly string[] =>
  execFileSync('sh', ['-c', `for word in ${line}\ndo printf '%s\\0' "$word"; done`])
    .toString()
    .split('\0')
    .slice(0, -1)

suite('the words of a line', (test) => {
  test('are those that a shell would see', () => {
    for (const line of [
      'one two   three',
      ` 'one two' "three  four"  five\\ six `,
      String.raw`"a\"b" "a\$b" "a\\b" "a\b" 'a\b' a\"b \'`,
      `a'b'"c"d '' "" ''''`,
      `--name='word count' x=y`,
      `it\\'s 'it'\\''s' "it's"`,
      'one # two',
      'one# two"#"',
      'größe 数 🌊',
    ]) {
      assert.equal(texts(line), byShell(line), line)
    }
  })

  test('that were quoted are themselves again, in a shell too', () => {
    const word = fc.stringMatching(/^[a-c '"\\#~|é$*-]{0,8}$/)
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        assert.equal(texts(words.map(quote).join(' ')), words)
        for (const one of words) assert.is(unquote(quote(one)), one)
      }),
    )
    const samples = fc.sample(word, 200)
    assert.equal(byShell(samples.map(quote).join(' ')), samples)
  })

  test('tell where they are, and what is open', () => {
    const last = (line: string) => splitLine(line).words.at(-1)
    assert.equal(last('show "word c'), { text: 'word c', start: 5, end: 12, open: '"', operator: undefined })
    assert.is(last("show 'word c'")?.open, undefined)
    assert.is(last("show 'word c")?.open, "'")
    assert.is(last('show word\\')?.open, '\\')
    assert.is(unquote('"word c'), 'word c')
    assert.is(unquote(String.raw`word\ c`), 'word c')
  })

  test('tell what a shell would do something else with', () => {
    assert.is(splitLine('list | jq').operator, '|')
    assert.is(splitLine('list>file').operator, '>')
    assert.is(splitLine('a; b').operator, ';')
    assert.is(splitLine('list "|" \\> \';\' # | x').operator, undefined)
  })
})
