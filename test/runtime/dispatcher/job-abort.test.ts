import * as assert from 'uvu/assert'
import { JobAbort } from '../../../src/runtime/dispatcher/job-abort.ts'
import { suite } from '../../support/suite.ts'

suite('JobAbort', (test) => {
  test('has one signal, which is aborted with it, once', () => {
    const abort = new JobAbort()
    const { signal } = abort
    assert.is(abort.signal, signal)
    assert.not(abort.aborted)
    assert.not(signal.aborted)
    abort.abort('first')
    abort.abort('second')
    assert.ok(abort.aborted)
    assert.is(signal.reason, 'first')
  })

  test('has a signal that is aborted already where that is asked for later', () => {
    const abort = new JobAbort()
    abort.abort('early')
    assert.ok(abort.aborted)
    assert.ok(abort.signal.aborted)
    assert.is(abort.signal.reason, 'early')
  })

  test('has a signal that many may listen to, without a warning of leaks', async ({ cleanup }) => {
    const warnings: Error[] = []
    const warn = (warning: Error): void => void warnings.push(warning)
    process.on('warning', warn)
    cleanup(() => process.removeListener('warning', warn))
    const { signal } = new JobAbort()
    for (let i = 0; i < 20; i++) signal.addEventListener('abort', () => {})
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(warnings, [])
  })
})
