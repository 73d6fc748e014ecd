import * as assert from 'uvu/assert'
import { labelOf, prepareRequest } from '../../../src/connectors/common/http-request.ts'
import { Redaction } from '../../../src/connectors/common/redaction.ts'
import { suite } from '../../support/suite.ts'

suite('what a request holds secret', (test) => {
  test('is taken out of a text, longer secrets first, and what is too short to be one is left', () => {
    const redaction = new Redaction(['Bearer abcdef123', 'abcdef', 'GET', ''])
    assert.is(redaction.clean('GET abcdef, abcdef123 and Bearer abcdef123'), 'GET […], […] and […]')
  })

  test('is not in the label of a url', () => {
    const url = new URL('https://ann:password@host:8080/a/b?key=secret&key=other&page=2#part')
    assert.is(labelOf(url), 'https://host:8080/a/b?key=…&page=…')
  })

  test('moves from the url to a header, as it was before it was encoded', () => {
    const { url, headers, label, redaction } = prepareRequest('x', { url: 'http://ann:p%40ss-word@host/' })
    assert.is(url, 'http://host/')
    assert.is(label, 'http://host/')
    assert.is(headers.get('authorization'), `Basic ${Buffer.from('ann:p@ss-word').toString('base64')}`)
    assert.is(redaction.clean('p@ss-word is wrong'), '[…] is wrong')
  })
})
