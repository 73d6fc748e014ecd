import * as assert from 'uvu/assert'
import { reflow } from '../../../src/cli/output/reflow.ts'
import { suite } from '../../support/suite.ts'

suite('reflow', (test) => {
  test('makes a paragraph of lines at the margin, and wraps it', () => {
    assert.is(
      reflow('The quick brown\nfox jumps\n\nover the lazy dog', 12),
      'The quick\nbrown fox\njumps\n\nover the\nlazy dog',
    )
    assert.is(reflow('The quick brown\nfox jumps', 80), 'The quick brown fox jumps')
  })

  test('leaves lists and headings their lines, and aligns what is wrapped', () => {
    assert.is(
      reflow('Exit codes:\n  0    it is done\n  130  Ctrl-C was pressed\nand so on', 18),
      'Exit codes:\n  0    it is done\n  130  Ctrl-C was\n       pressed\nand so on',
    )
    assert.is(reflow('  some words that are long', 12), '  some words\n  that are\n  long')
  })

  test('leaves what is to be typed as it is', () => {
    const text = 'Example:\n  $ millrace run a/very/long/path.ts --with=options'
    assert.is(reflow(text, 20), text)
  })

  test('lets a word be as long as it is', () => {
    assert.is(reflow('see extraordinarily-long-words here', 10), 'see\nextraordinarily-long-words\nhere')
  })

  test('changes nothing that fits', () => {
    const text = '\nUsage: millrace run\n\nOptions:\n  -q  be quiet\n'
    assert.is(reflow(text, 40), text)
  })
})
