import * as assert from 'uvu/assert'
import { runExample } from '../examples/run-example.ts'
import { suite } from '../support/suite.ts'

suite('examples/marble-tests.test.ts', (test) => {
  test('passes in the test runner of Node', { timeout: 60_000 }, async ({ signal }) => {
    const { stdout, code } = await runExample('examples/marble-tests.test.ts', [], signal)
    // TAP in older versions of Node, the spec reporter in newer ones.
    assert.match(stdout, /^[#ℹ] pass 5$/m)
    assert.match(stdout, /^[#ℹ] fail 0$/m)
    assert.is(code, 0)
  })
})
