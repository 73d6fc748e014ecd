import * as assert from 'uvu/assert'
import { IterateBuffer } from '../../src/functions/iterate-buffer.ts'
import { thrown } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

const read = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const values: T[] = []
  for await (const value of source) values.push(value)
  return values
}

const settled = async (promise: unknown): Promise<boolean> => {
  let done = false
  void Promise.resolve(promise).then(() => (done = true))
  for (let i = 0; i < 5; i++) await Promise.resolve()
  return done
}

suite('IterateBuffer', (test) => {
  test('hands over what was written, then ends', async () => {
    const buffer = new IterateBuffer<unknown>(10)
    for (const value of [1, null, undefined]) assert.is(buffer.write(value), undefined)
    buffer.complete()
    assert.equal(await read(buffer), [1, null, undefined])
  })

  test('hands over to a reader that waits', async () => {
    const buffer = new IterateBuffer<number>(1)
    const reading = read(buffer)
    await Promise.resolve()
    for (let i = 0; i < 5; i++) await buffer.write(i)
    buffer.complete()
    assert.equal(await reading, [0, 1, 2, 3, 4])
  })

  test('holds the writer back when full, until there is room', async () => {
    const buffer = new IterateBuffer<number>(2)
    assert.is(buffer.write(1), undefined)
    const room = buffer.write(2)
    assert.instance(room, Promise)
    assert.not(await settled(room))
    const iterator = buffer[Symbol.asyncIterator]()
    assert.equal(await iterator.next(), { done: false, value: 1 })
    assert.ok(await settled(room))
  })

  test('holds at most its capacity for a writer that waits, however much passes', async () => {
    const buffer = new IterateBuffer<number>(3)
    let ahead = 0
    let most = 0
    const writing = (async () => {
      for (let i = 0; i < 1_000; i++) {
        most = Math.max(most, ++ahead)
        await buffer.write(i)
      }
      buffer.complete()
    })()
    const values: number[] = []
    for await (const value of buffer) {
      ahead--
      values.push(value)
      if (value % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await writing
    assert.equal(values, [...Array(1_000).keys()])
    assert.ok(most <= 4, `${most} records were ahead of the reader`)
  })

  test('fails the reader after what came before the failure', async () => {
    const buffer = new IterateBuffer<number>(10)
    const reason = new Error('broken')
    void buffer.write(1)
    buffer.fail(reason)
    buffer.complete()
    const iterator = buffer[Symbol.asyncIterator]()
    assert.equal(await iterator.next(), { done: false, value: 1 })
    assert.is(await iterator.next().catch((error: unknown) => error), reason)
    assert.equal(await iterator.next(), { done: true, value: undefined })
  })

  test('fails a reader that waits', async () => {
    const buffer = new IterateBuffer<number>(10)
    const reading = read(buffer).catch((error: unknown) => error)
    await Promise.resolve()
    buffer.fail('why')
    assert.is(await reading, 'why')
  })

  test('lets nobody wait when it fails without a reader', async () => {
    const buffer = new IterateBuffer<number>(1)
    const room = buffer.write(1)
    buffer.fail(new Error('nobody looks'))
    assert.ok(await settled(room))
  })

  test('answers every call that waits at the end', async () => {
    const buffer = new IterateBuffer<number>(1)
    const iterator = buffer[Symbol.asyncIterator]()
    const results = [iterator.next(), iterator.next(), iterator.next()]
    void buffer.write(1)
    buffer.complete()
    assert.equal(await Promise.all(results), [
      { done: false, value: 1 },
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
  })

  test('tells all who ask when the reader leaves, and lets writers go', async () => {
    const buffer = new IterateBuffer<number>(1)
    let told = 0
    buffer.onCancel(() => told++)
    buffer.onCancel(() => told++)
    const room = buffer.write(1)
    for await (const value of buffer) if (value > 0) break
    assert.is(told, 2)
    assert.ok(buffer.cancelled)
    assert.ok(await settled(room))
    assert.is(buffer.write(2), undefined)
    buffer.onCancel(() => told++)
    assert.is(told, 3)
    buffer.complete()
    assert.equal(await read(buffer), [])
  })

  test('does not count leaving after the end as leaving', async () => {
    const buffer = new IterateBuffer<number>(2)
    buffer.onCancel(() => assert.unreachable())
    void buffer.write(1)
    buffer.complete()
    for await (const value of buffer) if (value > 0) break
    assert.not(buffer.cancelled)
  })

  test('has one reader at a time', async () => {
    const buffer = new IterateBuffer<number>(2)
    const iterator = buffer[Symbol.asyncIterator]()
    const error = thrown(() => buffer[Symbol.asyncIterator]())
    assert.is(error.code, 'ERR_ALREADY_READ')
    await iterator.return!()
    buffer[Symbol.asyncIterator]()
    assert.equal(await iterator.next(), { done: true, value: undefined })
  })

  test('can be used by the next job', async () => {
    const buffer = new IterateBuffer<number>(2)
    buffer.reset()
    void buffer.write(1)
    buffer.fail(new Error('first job'))
    buffer.reset()
    assert.not(buffer.cancelled)
    void buffer.write(2)
    buffer.complete()
    assert.equal(await read(buffer), [2])
    assert.equal(await read(buffer), [])
    buffer.reset()
    void buffer.write(3)
    for await (const value of buffer) if (value > 0) break
    assert.ok(buffer.cancelled)
    buffer.reset()
    assert.not(buffer.cancelled)
  })

  test('keeps a reader that came before the job', async () => {
    const buffer = new IterateBuffer<number>(2)
    const reading = read(buffer)
    await Promise.resolve()
    buffer.reset()
    void buffer.write(1)
    buffer.complete()
    assert.equal(await reading, [1])
  })
})
