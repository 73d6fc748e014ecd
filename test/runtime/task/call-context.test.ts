import * as assert from 'uvu/assert'
import { CallContext } from '../../../src/runtime/task/call-context.ts'
import { VirtualClock } from '../../../src/testing/virtual-clock.ts'
import { suite } from '../../support/suite.ts'
import { createScope } from './support/parts.ts'

suite('CallContext', (test) => {
  test('shows what its operator has in common, and calls services through it', async () => {
    const calls: unknown[] = []
    const scope = createScope({
      operator: 'parse',
      subtaskIndex: 2,
      parallelism: 3,
      now: () => 42,
      services: {
        service: (name: string) => `service ${name}`,
        callService: (...args: unknown[]) => Promise.resolve(calls.push(args)),
      } as never,
    })
    const context = new CallContext(scope)
    assert.equal([context.operator, context.subtaskIndex, context.parallelism], ['parse', 2, 3])
    assert.is(context.now(), 42)
    assert.is(context.logger, scope.logger)
    assert.is(context.metrics, scope.metrics)
    assert.equal([context.key, context.timestamp], [undefined, undefined])
    const { service } = context
    assert.is(service('db' as never), 'service db', 'taken apart, too')
    await context.callService('db', 'get', [1], { timeout: 5 })
    assert.equal(calls, [['db', 'get', [1], { timeout: 5 }]])
  })

  test('has the signal of the job, and while a timed call runs one of its own', () => {
    const job = new AbortController()
    const context = new CallContext(createScope({ signal: job.signal }))
    assert.is(context.signal, job.signal)
    context.arm()
    const own = context.signal
    assert.is.not(own, job.signal)
    context.disarm()
    assert.is(context.signal, job.signal)
    job.abort(new Error('over'))
    assert.not(own.aborted, 'the call was over before')
  })

  test('waits by the clock of the job, until that or the call is over', async () => {
    const clock = new VirtualClock()
    const job = new AbortController()
    const context = new CallContext(createScope({ signal: job.signal, clock }))
    await clock.run(context.delay(1_000))
    assert.is(clock.frame, 1_000)
    const own = new AbortController()
    const waits = [context.delay(1_000), context.delay(Infinity, own.signal)]
    own.abort(new Error('enough'))
    job.abort(new Error('over'))
    const reasons = await Promise.allSettled(waits)
    assert.equal(
      reasons.map((outcome) =>
        outcome.status === 'rejected' ? (outcome.reason as Error).message : 'waited',
      ),
      ['over', 'enough'],
    )
    assert.is(clock.pending.length, 0)
  })

  test('a call that overruns is aborted, alone, and stays so', () => {
    const job = new AbortController()
    const context = new CallContext(createScope({ signal: job.signal }))
    context.arm()
    const own = context.signal
    const reason = new Error('too long')
    context.expire(reason)
    assert.equal([own.aborted, own.reason, job.signal.aborted], [true, reason, false])
    assert.is(context.signal, own)
  })

  test('a timed call is aborted with the job, also one that starts after it', () => {
    const job = new AbortController()
    const context = new CallContext(createScope({ signal: job.signal }))
    context.arm()
    const { signal } = context
    const reason = new Error('cancelled')
    job.abort(reason)
    assert.equal([signal.aborted, signal.reason], [true, reason])
    context.disarm()
    context.arm()
    assert.is(context.signal.reason, reason)
  })
})
