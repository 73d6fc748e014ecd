import * as assert from 'uvu/assert'
import { OngoingOutputs } from '../../../src/runtime/task/stage.ts'
import { type Deferred, deferred } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { settle } from '../task/support/hand-clock.ts'
import { bench, submit } from './support/pool-bench.ts'

suite('CallPool: timeouts', (test) => {
  test('a call that overruns fails, its signal is aborted, and its late answer is nobody else’s', async () => {
    const at = bench({ capacity: 1, timeout: 10 })
    submit(at, 'a')
    const { signal } = at.calls[0]!.context
    at.clock.advance(10)
    assert.ok(signal.aborted)
    assert.is((signal.reason as Error).message, 'timeout of a')
    assert.equal(at.read(), ['Error: timeout of a'])
    submit(at, 'b')
    at.calls[0]!.resolve('too late')
    await settle()
    assert.equal(at.read(), [])
    at.calls[1]!.resolve('B')
    await settle()
    assert.equal(at.read(), ['B'])
    assert.is(at.clock.timers, 0)
  })

  test('a call that has overrun keeps its context: its signal stays aborted, its key its own', async () => {
    const at = bench({ capacity: 1, timeout: 10, keyed: true })
    submit(at, 'a')
    const { context } = at.calls[0]!
    at.clock.advance(10)
    assert.ok(context.signal.aborted, 'after its timeout')
    at.read()
    submit(at, 'b')
    assert.ok(context.signal.aborted, 'while the next call is made')
    assert.is(context.key, 'a')
    assert.not(at.calls[1]!.context.signal.aborted)
    assert.is(at.calls[1]!.context.key, 'b')
  })

  test('a call in time takes its timer back and is not aborted', async () => {
    const at = bench({ timeout: 10 })
    submit(at, 'a')
    const { signal } = at.calls[0]!.context
    at.clock.advance(9)
    at.calls[0]!.resolve('A')
    await settle()
    at.clock.advance(100)
    assert.equal([at.read(), at.clock.timers, signal.aborted], [['A'], 0, false])
  })

  test('outputs that begin too late are not waited for: the call is told', async () => {
    const at = bench({ capacity: 1, timeout: 10 })
    submit(at, 'a')
    at.clock.advance(10)
    assert.equal(at.read(), ['Error: timeout of a'])
    const told = deferred()
    at.calls[0]!.resolve(new OngoingOutputs((async function* () {})(), told.promise, told.resolve))
    await told.promise
    await at.pool.settled()
  })
})

suite('CallPool: retries', (test) => {
  test('a retry keeps its place in order, and without order goes to the end', async () => {
    for (const ordered of [true, false]) {
      const at = bench({ ordered })
      submit(at, 'a', 'b')
      at.calls[0]!.reject(new Error('once'))
      await settle()
      const slot = at.pool.peek()!
      assert.equal([slot.failed, slot.attempts], [true, 1])
      at.pool.retry(slot, 5)
      at.calls[1]!.resolve('B')
      await settle()
      assert.equal(at.read(), ordered ? [] : ['B'])
      at.clock.advance(5)
      assert.is(at.calls[2]!.value, 'a')
      at.calls[2]!.resolve('A')
      await settle()
      assert.equal(at.read(), ordered ? ['A', 'B'] : ['A'])
      assert.is(slot.attempts, 2)
    }
  })

  test('without a delay it is made by microtask, not inside the reader', async () => {
    const at = bench()
    submit(at, 'a')
    at.calls[0]!.reject(new Error('once'))
    await settle()
    at.pool.retry(at.pool.peek()!, 0)
    assert.is(at.calls.length, 1)
    at.clock.drain()
    assert.is(at.calls.length, 2)
  })

  test('names the failed slots in line, but those with somebody who waits for a reply', async () => {
    const at = bench()
    submit(at, 'a', 'b')
    at.pool.submit('c', 'c', 0, NaN, { resolve: () => {}, reject: () => {}, run: (call) => call() })
    for (const call of at.calls.slice(1)) call.reject(new Error('no'))
    await settle()
    assert.equal(
      at.pool.failed.map(({ value }) => value),
      ['b'],
    )
  })

  test('a key stays taken while its call is tried again', async () => {
    const at = bench({ keyed: true })
    at.pool.submit('a1', 'a', 0, NaN, null)
    at.pool.submit('a2', 'a', 0, NaN, null)
    at.calls[0]!.reject(new Error('once'))
    await settle()
    at.pool.retry(at.pool.peek()!, 3)
    at.clock.advance(3)
    assert.equal(
      at.calls.map(({ value }) => value),
      ['a1', 'a1'],
    )
    at.calls[1]!.resolve('A1')
    await settle()
    assert.equal(
      at.calls.map(({ value }) => value),
      ['a1', 'a1', 'a2'],
    )
  })
})

suite('CallPool: cancel', (test) => {
  test('takes backoffs back, makes no further call, wakes the caller, and settles with the calls', async () => {
    const at = bench({ capacity: 4, keyed: true })
    at.pool.submit('a1', 'a', 0, NaN, null)
    at.pool.submit('a2', 'a', 0, NaN, null)
    at.pool.submit('b', 'b', 0, NaN, null)
    at.pool.submit('c', 'c', 0, NaN, null)
    at.calls[0]!.reject(new Error('once'))
    at.calls[2]!.reject(new Error('at once again'))
    await settle()
    at.pool.retry(at.pool.peek()!, 50)
    at.pool.retry(at.pool.failed[0]!, 0)
    at.pool.cancel()
    at.clock.drain()
    assert.equal([at.clock.timers, at.caller.wakes, at.calls.length, at.pool.cancelled], [0, 1, 3, true])
    const settled = at.pool.settled()!.then(() => 'settled')
    assert.is(await Promise.race([settled, settle().then(() => 'waits')]), 'waits')
    at.calls[1]!.resolve('B')
    assert.is(await settled, 'settled')
    assert.is(at.calls.length, 3)
    assert.is(at.pool.held, 4, 'what it holds is for the books of whoever reads')
  })

  test('tells calls that go on emitting that nobody reads them, settled before or after', async () => {
    const at = bench()
    submit(at, 'a', 'b')
    const [before, after] = [deferred(), deferred()]
    const outputs = ({ promise, resolve }: Deferred<void>): OngoingOutputs =>
      new OngoingOutputs((async function* () {})(), promise, resolve)
    at.calls[0]!.resolve(outputs(before))
    await settle()
    at.pool.cancel()
    await before.promise
    at.calls[1]!.resolve(outputs(after))
    await after.promise
    await at.pool.settled()
  })
})
