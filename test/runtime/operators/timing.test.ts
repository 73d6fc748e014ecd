import fc from 'fast-check'
import { Observable, Subject } from 'rxjs'
import * as assert from 'uvu/assert'
import { RecordTimeoutError } from '../../../src/errors/record-timeout-error.ts'
import { bookOf, createEnvironment, failureOf, rest, until } from '../../job/jobs.ts'
import { TestEnvironment } from '../../../src/testing/index.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

suite('batch', (test) => {
  test('gathers up to its size; the last may be short, none is empty', async () => {
    const env = createEnvironment()
    const source = env.fromBatch(numbers(7))
    const threes = source.batch(3).collect()
    const ones = source.batch({ size: 1 }).collect()
    const exact = source.batch(7).collect()
    const none = env.fromBatch([]).batch(3).collect()
    await env.submit({ autostop: true })
    assert.equal(threes.values, [[0, 1, 2], [3, 4, 5], [6]])
    assert.equal(
      ones.values,
      numbers(7).map((n) => [n]),
    )
    assert.equal(exact.values, [numbers(7)])
    assert.equal(none.values, [])
  })

  test('is let go so long after its first record', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    const subject = new Subject<number>()
    const seen = env.fromObservable(subject).batch({ size: 3, interval: 100 }).collect()
    const submitted = env.submit({ autostop: true })
    await until(() => subject.observed)
    subject.next(1)
    await clock.advance(60)
    subject.next(2)
    await clock.advance(39)
    assert.equal(seen.values, [])
    await clock.advance(1)
    assert.equal(seen.values, [[1, 2]])
    await clock.advance(500)
    for (const n of [3, 4, 5, 6]) subject.next(n)
    await rest()
    assert.equal(seen.values.slice(1), [[3, 4, 5]])
    subject.complete()
    await submitted
    assert.equal(seen.values.slice(2), [[6]])
    assert.is(clock.waiting, 0)
  })
})

suite('a sink with batches', (test) => {
  test('is flushed by size, by interval and at the end, and closed after that', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    const subject = new Subject<number>()
    const log: unknown[] = []
    class Writer {
      write(batch: number[]): void {
        log.push(batch)
      }
      close(): void {
        log.push('close')
      }
    }
    env.fromObservable(subject).sink(Writer, { name: 'out', batch: { size: 2, interval: 50 } })
    const submitted = env.submit({ autostop: true })
    await until(() => subject.observed)
    for (const n of [1, 2, 3]) subject.next(n)
    await rest()
    assert.equal(log, [[1, 2]])
    await clock.advance(50)
    assert.equal(log, [[1, 2], [3]])
    subject.next(4)
    await rest()
    subject.complete()
    const result = await submitted
    assert.equal(log, [[1, 2], [3], [4], 'close'])
    assert.equal(bookOf(result, 'out'), { in: 4, handled: 4 })
    assert.is(clock.waiting, 0)
  })

  test('may write several batches at once', async () => {
    const env = createEnvironment()
    let inside = 0
    let most = 0
    const seen: number[] = []
    env.fromBatch(numbers(20)).sink(
      async (batch) => {
        most = Math.max(most, ++inside)
        await rest()
        seen.push(...batch)
        inside--
      },
      { name: 'out', batch: { size: 3 }, concurrency: 3 },
    )
    const result = await env.submit({ autostop: true })
    assert.is(most, 3)
    assert.equal(
      seen.sort((a, b) => a - b),
      numbers(20),
    )
    assert.equal(bookOf(result, 'out'), { in: 20, handled: 20 })
  })
})

suite('throttle', (test) => {
  test('lets so many through in each interval, loses none, and holds the source back', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock, chunkSize: 2 })
    let pulled = 0
    const seen = env
      .fromBatch(function* () {
        for (; pulled < 100;) yield pulled++
      })
      .throttle({ count: 2, interval: 10 })
      .take(7)
      .collect()
    const submitted = env.submit({ autostop: true })
    await rest()
    assert.equal(seen.values, [0, 1])
    await clock.advance(9)
    assert.equal(seen.values, [0, 1])
    await clock.advance(1)
    assert.equal(seen.values, [0, 1, 2, 3])
    assert.ok(pulled < 20, `${pulled} were pulled`)
    await clock.advance(20)
    await submitted
    assert.equal(seen.values, numbers(7))
    assert.is(clock.waiting, 0)
  })

  test('holds in every interval, wherever it begins, and passes what it can as soon as it may', async () => {
    const arrivals = fc.array(fc.nat(30), { minLength: 1, maxLength: 30 })
    const rates = fc.record({
      count: fc.integer({ min: 1, max: 5 }),
      interval: fc.integer({ min: 1, max: 20 }),
    })
    await fc.assert(
      fc.asyncProperty(arrivals, rates, async (gaps, { count, interval }) => {
        const env = new TestEnvironment()
        const { clock } = env
        let end = 0
        const arrived = gaps.map((gap) => (end += gap))
        const source = new Observable<number>((subscriber) => {
          for (const at of arrived) clock.setTimeout(() => subscriber.next(at), at)
          clock.setTimeout(() => subscriber.complete(), end)
        })
        const passed: number[] = []
        env
          .fromObservable(source)
          .throttle({ count, interval })
          .sink(() => void passed.push(clock.frame))
        await env.run()
        assert.is(passed.length, gaps.length)
        for (const [i, at] of passed.entries()) {
          const earliest = i < count ? 0 : passed[i - count]! + interval
          assert.is(at, Math.max(arrived[i]!, earliest))
        }
      }),
      { numRuns: 50 },
    )
  })

  test('costs nothing while the stream is slower', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    const seen = env.fromInterval(100, { count: 3 }).throttle({ count: 1, interval: 10 }).collect()
    const submitted = env.submit({ autostop: true })
    await clock.advance(100)
    assert.equal(seen.values, [0])
    await clock.advance(200)
    await submitted
    assert.equal(seen.values, [0, 1, 2])
  })
})

suite('timeout', (test) => {
  test('fails when the next record takes too long, counted from the start and from each record', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    const subject = new Subject<number>()
    const seen = env.fromObservable(subject).timeout(100, { name: 'watch' }).collect()
    const submitted = failureOf(env.submit({ autostop: true }))
    await until(() => subject.observed)
    await clock.advance(90)
    subject.next(1)
    await clock.advance(90)
    subject.next(2)
    await clock.advance(99)
    assert.is(env.status, 'running')
    await clock.advance(1)
    const error = await submitted
    assert.is(error.operator, 'watch')
    assert.instance(error.cause, RecordTimeoutError)
    assert.match(error.message, '100 ms')
    assert.equal(seen.values, [1, 2])
    assert.is(clock.waiting, 0)
    assert.is(subject.observed, false)
  })

  test('does not fire once the stream has ended, however long what follows takes', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock, stopTimeout: 1000 })
    const gate = new Subject<number>()
    let called = 0
    const seen = env
      .fromBatch([1])
      .timeout(100)
      .map(async (n) => {
        called++
        await new Promise<number>((resolve) => gate.subscribe(resolve))
        return n
      })
      .collect()
    const submitted = env.submit({ autostop: true })
    await until(() => called === 1)
    await clock.advance(500)
    gate.next(1)
    await submitted
    assert.equal(seen.values, [1])
  })

  test('with a policy that does not fail it is counted, and the stream goes on', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    const subject = new Subject<number>()
    const seen = env.fromObservable(subject).timeout(10, { name: 'watch', onError: 'skip' }).collect()
    const submitted = env.submit({ autostop: true })
    await until(() => subject.observed)
    await clock.advance(25)
    subject.next(1)
    await rest()
    subject.complete()
    const result = await submitted
    assert.equal(seen.values, [1])
    assert.equal(bookOf(result, 'watch'), { in: 1, handled: 1, out: 1, errors: 2 })
  })
})

suite('take and skip', (test) => {
  test('count', async () => {
    const env = createEnvironment()
    const source = env.fromBatch(numbers(10))
    const cases = [
      source.take(0).collect(),
      source.take(3).collect(),
      source.take(99).collect(),
      source.skip(0).collect(),
      source.skip(7).collect(),
      source.skip(99).collect(),
      source.skip(2).take(2).collect(),
      source
        .map((n) => n)
        .take(2)
        .count()
        .collect(),
    ]
    await env.submit({ autostop: true })
    assert.equal(
      cases.map(({ values }) => values),
      [[], [0, 1, 2], numbers(10), numbers(10), [7, 8, 9], [], [2, 3], [2]],
    )
  })

  test('take ends an endless source that nobody else reads, and only then', async () => {
    const env = createEnvironment({ chunkSize: 4 })
    let returned = 0
    let given = 0
    const endless = function* (): Generator<number> {
      try {
        for (;;) yield given++
      } finally {
        returned++
      }
    }
    const source = env.fromBatch(endless)
    const three = source.take(3).collect()
    const fifty = source
      .map((n) => n)
      .take(50)
      .collect()
    await env.submit({ autostop: true })
    assert.equal(three.values, numbers(3))
    assert.equal(fifty.values, numbers(50))
    assert.is(returned, 1)
    assert.ok(given < 200, `${given} were given`)
  })

  test('take cancels what is upstream of other operators, and what it let through ends normally', async () => {
    const env = createEnvironment()
    const log: string[] = []
    let asked = 0
    const seen = env
      .fromSource({ next: () => asked++, close: () => void log.push('close') })
      .map(async (n) => n, { concurrency: 4 })
      .keyBy((n) => n % 2)
      .scan((sum, n) => sum + n, 0, { parallelism: 2 })
      .take(5)
      .count()
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [5])
    assert.equal(log, ['close'])
  })

  test('take does not wait for a record that never comes', async () => {
    const env = createEnvironment()
    let given = 0
    const seen = env
      .fromSource(() => (given < 2 ? given++ : new Promise<number>(() => {})))
      .take(2)
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [0, 1])
  })
})
