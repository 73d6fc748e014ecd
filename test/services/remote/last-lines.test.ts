import * as assert from 'uvu/assert'
import { LastLines } from '../../../src/services/remote/last-lines.ts'
import { suite } from '../../support/suite.ts'

suite('the last lines of a stream', (test) => {
  test('are at most twenty, however they come in, and no more than so long', () => {
    const lines = new LastLines()
    assert.is(lines.text, '')
    for (let i = 0; i < 100; i++) for (const part of ['line ', `${i}`, '\n']) lines.write(part)
    assert.equal(
      lines.text.split('\n'),
      Array.from({ length: 20 }, (_, i) => `line ${80 + i}`),
    )
    lines.write('x'.repeat(1_000_000))
    assert.ok(lines.text.length < 5_000)
  })
})
