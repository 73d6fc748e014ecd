import * as assert from 'uvu/assert'
import { openerOf } from '../../../src/cli/open/open-in-browser.ts'
import { suite } from '../../support/suite.ts'

const url = 'http://127.0.0.1:19001/?a=1&b=2'

suite('openerOf', (test) => {
  test('is what the system has, or BROWSER', () => {
    assert.equal(openerOf(url, 'linux', {}, false), ['xdg-open', url])
    assert.equal(openerOf(url, 'darwin', {}, false), ['open', url])
    const ofWindows = ['rundll32.exe', 'url.dll,FileProtocolHandler', url]
    assert.equal(openerOf(url, 'win32', {}, false), ofWindows)
    assert.equal(openerOf(url, 'linux', {}, true), ofWindows)
    assert.equal(openerOf(url, 'linux', { BROWSER: 'firefox' }, false), ['firefox', url])
  })
})
