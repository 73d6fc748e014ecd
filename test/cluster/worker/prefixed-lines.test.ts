import assert from 'node:assert/strict'
import { PrefixedLines } from '../../../src/cluster/worker/prefixed-lines.ts'
import { suite } from '../../support/suite.ts'

suite('PrefixedLines', (test) => {
  test('writes whole lines, and what is left at the end', () => {
    let out = ''
    const lines = new PrefixedLines('[j/0] ', (text) => (out += text))
    lines.take('one\ntw')
    assert.equal(out, '[j/0] one\n')
    lines.take('o\n\nthree')
    assert.equal(out, '[j/0] one\n[j/0] two\n[j/0] \n')
    lines.end()
    lines.end()
    assert.equal(out, '[j/0] one\n[j/0] two\n[j/0] \n[j/0] three\n')
  })

  test('does not wait for the end of a line that has none', () => {
    let out = ''
    const lines = new PrefixedLines('', (text) => (out += text))
    for (let i = 0; i < 100; i++) lines.take('x'.repeat(1_000))
    assert.ok(out.length > 60_000)
  })
})
