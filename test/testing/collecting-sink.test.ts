import * as assert from 'uvu/assert'
import { collectingSink, FAIL, PAUSE, TestEnvironment, testSource } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

suite('collectingSink', (test) => {
  test('keeps records and when they came', async () => {
    const env = new TestEnvironment()
    const sink = collectingSink<string>()
    env.fromSource(testSource(['a', PAUSE(7), 'b'], { clock: env.clock })).sink(sink)
    await env.run()
    assert.equal(sink.values, ['a', 'b'])
    assert.equal(sink.received, [
      { value: 'a', at: 0 },
      { value: 'b', at: 7 },
    ])
    assert.is(sink.opens, 1)
    assert.is(sink.closes, 1)
    sink.assertClosed()
  })

  test('is closed once for each subtask, also by a job that fails', async () => {
    const env = new TestEnvironment('test', { parallelism: 3 })
    const sink = collectingSink<number>()
    env.fromSource(testSource([1, 2, FAIL(new Error('x'))]), { parallelism: 1 }).sink(sink)
    await env.run().catch(() => {})
    sink.assertClosed()
    assert.is(sink.opens, 3)
  })

  test('tells when it was not treated as a sink should be', () => {
    const never = collectingSink()
    assert.throws(() => never.assertClosed(), /it was never opened/)

    const open = collectingSink()
    void open.open!({} as never)
    assert.throws(() => open.assertClosed(), /it was opened 1 times and closed 0 times/)

    const late = collectingSink<number>()
    void late.open!({} as never)
    void late.close!()
    void late.write(1, { now: () => 0 } as never)
    assert.throws(() => late.assertClosed(), /record 0 came while it was closed/)

    const twice = collectingSink<number>()
    void twice.open!({} as never)
    void twice.close!()
    void twice.close!()
    assert.throws(() => twice.assertClosed(), /it was closed more often than opened/)
  })
})
