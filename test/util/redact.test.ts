import * as assert from 'uvu/assert'
import { redactAll, redactor } from '../../src/util/redact.ts'
import { suite } from '../support/suite.ts'

suite('redactor', (test) => {
  test('hides values wherever they stand, the longest first', () => {
    const redact = redactor({ A: 'hunter2', B: 'hunter2-and-more' })
    assert.is(redact('x hunter2-and-more, hunter2hunter2'), 'x ***, ******')
  })

  test('takes signs of patterns for what they are', () => {
    assert.is(redactor({ A: 'a.*(b|c)$' })('a.*(b|c)$ and aXbc'), '*** and aXbc')
  })

  test('hides what other notations make of a value', () => {
    const secret = 'päss "word" & more/?'
    const redact = redactor({ A: secret })
    for (const text of [
      JSON.stringify({ secret }),
      `https://host/?q=${encodeURIComponent(secret)}`,
      Buffer.from(secret).toString('base64'),
    ]) {
      assert.match(redact(text), '***')
      assert.not.match(redact(text), /word|%20|w6Rzcy/)
    }
  })

  test('hides each line of a value that has several', () => {
    const redact = redactor({ KEY: '-----BEGIN-----\nMIIEvQIBADAN\n-----END-----\n' })
    assert.is(redact('line MIIEvQIBADAN'), 'line ***')
  })

  test('hides short values as words only, and none at all where there are none', () => {
    assert.is(redactor({ A: 'no' })('no, not nobody: no'), '***, not nobody: ***')
    assert.is(redactor({ A: '', B: '  ' })('a b'), 'a b')
    assert.is(redactor({})('a b'), 'a b')
  })

  test('reaches every text in plain data', () => {
    const data = { a: ['secret', 1, null], b: { c: 'a secret' } }
    assert.equal(redactAll(redactor({ S: 'secret' }), data), { a: ['***', 1, null], b: { c: 'a ***' } })
  })
})
