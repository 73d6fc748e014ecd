import * as assert from 'uvu/assert'
import { runExample } from '../examples/run-example.ts'
import { suite } from '../support/suite.ts'

suite('examples/marble-tests.test.ts', (test) => {
  test('passes in the test runner of Node', { timeout: 60_000 }, async ({ signal }) => {
    const { stdout, code } = await runExample('examples/marble-tests.test.ts', [], signal)
    assert.match(stdout, /^# pass 5$/m)
    assert.match(stdout, /^# fail 0$/m)
    assert.is(code, 0)
  })
})
