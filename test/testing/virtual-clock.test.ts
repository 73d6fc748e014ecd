import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../src/index.ts'
import { virtualClock, VirtualTimeError } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

suite('VirtualClock', (test) => {
  test('stands still until it is told to move', async () => {
    const clock = virtualClock()
    let fired = false
    clock.setTimeout(() => {
      fired = true
    }, 5)
    await clock.settle()
    assert.is(clock.now(), 0)
    assert.not(fired)
    await clock.advance(4)
    assert.is(clock.now(), 4)
    assert.not(fired)
    await clock.advance(1)
    assert.is(clock.monotonic(), 5)
    assert.ok(fired)
  })

  test('fires timers in the order of their frames, then in the order they were set', async () => {
    const clock = virtualClock()
    const fired: string[] = []
    const timer = (name: string, ms: number) =>
      clock.setTimeout(() => fired.push(`${name}@${clock.frame}`), ms)
    timer('late', 9)
    timer('first', 3)
    timer('second', 3)
    await clock.advance(10)
    assert.equal(fired, ['first@3', 'second@3', 'late@9'])
  })

  test('steps from frame to frame', async () => {
    const clock = virtualClock()
    clock.setTimeout(() => {}, 3)
    clock.setTimeout(() => {}, 1_000_000)
    assert.ok(await clock.step())
    assert.is(clock.frame, 3)
    assert.ok(await clock.step())
    assert.is(clock.frame, 1_000_000)
    assert.not(await clock.step())
    assert.is(clock.frame, 1_000_000)
  })

  test('lets everything settle that a timer has set off before the next of its frame', async () => {
    const clock = virtualClock()
    const order: string[] = []
    clock.setTimeout(() => {
      void Promise.resolve()
        .then(() => order.push('promise'))
        .then(() => clock.setImmediate(() => order.push('immediate')))
    }, 2)
    clock.setTimeout(() => order.push('timer'), 2)
    await clock.advance(2)
    assert.equal(order, ['promise', 'immediate', 'timer'])
  })

  test('never calls back at once, and immediates take no frame', async () => {
    const clock = virtualClock()
    let ran = 0
    clock.setImmediate(() => ran++)
    clock.setTimeout(() => ran++, 0)
    clock.microtask(() => ran++)
    assert.is(ran, 0)
    await clock.step()
    assert.is(ran, 3)
    assert.is(clock.frame, 0)
  })

  test('takes back what was scheduled, also in the frame it is due in', async () => {
    const clock = virtualClock()
    const fail = () => assert.unreachable()
    clock.setTimeout(fail, 3)()
    clock.setImmediate(fail)()
    clock.setTimeout(() => cancelSecond(), 5)
    const cancelSecond = clock.setTimeout(fail, 5)
    assert.equal(clock.pending, [
      { setAt: 0, due: 5 },
      { setAt: 0, due: 5 },
    ])
    await clock.advance(10)
    assert.equal(clock.pending, [])
    cancelSecond()
  })

  test('rounds fractions up, and never comes to infinity', async () => {
    const clock = virtualClock()
    const frames: number[] = []
    clock.setTimeout(() => frames.push(clock.frame), 1.2)
    clock.setTimeout(() => frames.push(clock.frame), -3)
    clock.setTimeout(() => assert.unreachable(), Infinity)
    while (await clock.step());
    assert.equal(frames, [0, 2])
  })

  test('a delay that is aborted rejects and leaves no timer', async () => {
    const clock = virtualClock()
    const abort = new AbortController()
    const reason = new Error('enough')
    const delayed = clock.delay(100, abort.signal)
    abort.abort(reason)
    await delayed.then(
      () => assert.unreachable(),
      (error) => assert.is(error, reason),
    )
    await clock.delay(100, abort.signal).then(
      () => assert.unreachable(),
      (error) => assert.is(error, reason),
    )
    assert.equal(clock.pending, [])
  })

  test('its scheduler is that of RxJS, at the same time', async () => {
    const clock = virtualClock()
    const frames: number[] = []
    clock.scheduler.schedule(() => frames.push(clock.frame), 7)
    clock.setTimeout(() => frames.push(clock.scheduler.now()), 7)
    await clock.advance(7)
    assert.equal(frames, [7, 7])
  })

  test('runs until a promise has settled, and settles as it does', async () => {
    const clock = virtualClock()
    assert.is(await clock.run(clock.delay(30).then(() => 'there')), 'there')
    assert.is(clock.frame, 30)
    const error = new Error('x')
    await clock.run(Promise.reject(error)).then(
      () => assert.unreachable(),
      (thrown) => assert.is(thrown, error),
    )
  })

  test('tells when a promise can never settle', async () => {
    const clock = virtualClock()
    clock.setTimeout(() => {}, 12)
    await clock.run(new Promise(() => {})).then(
      () => assert.unreachable(),
      (error: unknown) => {
        assert.instance(error, VirtualTimeError)
        assert.is((error as VirtualTimeError).reason, 'idle')
        assert.is((error as VirtualTimeError).frame, 12)
      },
    )
  })

  test('gives up where there is always more to do', async () => {
    const clock = virtualClock()
    const again = (): void => void clock.setTimeout(again, 1)
    again()
    await clock.run(new Promise(() => {}), { maxSteps: 100 }).then(
      () => assert.unreachable(),
      (error: unknown) => assert.is((error as VirtualTimeError).reason, 'endless'),
    )
  })

  test('gives up on a frame that does not come to rest', async () => {
    const clock = virtualClock({ patience: 50 })
    const again = (): void => void clock.setImmediate(again)
    again()
    await clock.settle().then(
      () => assert.unreachable(),
      (error: unknown) => assert.match((error as VirtualTimeError).message, /Frame 0 does not come to rest/),
    )
  })

  test('runs a job of any environment', async () => {
    const clock = virtualClock()
    const env = new LocalEnvironment('job', { clock })
    const seen = env.fromInterval(60_000, { count: 60 }).collect()
    const result = await clock.run(env.submit({ autostop: true }))
    assert.is(seen.values.length, 60)
    assert.is(result.durationMs, 3_600_000)
    assert.is(result.startedAt, new Date(0).toISOString())
    assert.equal(clock.pending, [])
  })

  test('leaves a job without autostop to its handle', async () => {
    const clock = virtualClock()
    const env = new LocalEnvironment('job', { clock })
    const seen = env.fromInterval(10).collect()
    const job = await clock.run(env.submit())
    await clock.advance(35)
    assert.equal(seen.values, [0, 1, 2])
    assert.is(job.status, 'running')
    await clock.run(job.stop())
    assert.is(job.status, 'stopped')
    assert.is((await job.result).durationMs, 35)
  })
})
