import fc from 'fast-check'
import { Readable } from 'node:stream'
import { CountingWaker } from '../support/parts.ts'
import * as assert from 'uvu/assert'
import { IteratorHead } from '../../../../src/runtime/task/heads/iterator-head.ts'
import { IteratorShare } from '../../../../src/runtime/task/heads/iterator-share.ts'
import { readableShare } from '../../../../src/runtime/task/heads/readable-share.ts'
import { deferred, rejectionOf } from '../../../job/jobs.ts'
import { isThenable } from '../../../../src/util/is-thenable.ts'
import { suite } from '../../../support/suite.ts'
import { settle } from '../support/hand-clock.ts'
import { createState } from '../support/head-bench.ts'

type Step = IteratorResult<unknown>

const opened = async (share: IteratorShare): Promise<{ head: IteratorHead; next: () => unknown }> => {
  const head = new IteratorHead(share, new CountingWaker())
  await head.open()
  const state = createState()
  assert.is(head.fill(state), 'ready')
  return { head, next: () => state.iterator!.next() }
}

const drain = async (next: () => unknown): Promise<unknown[]> => {
  const values: unknown[] = []
  for (let step; (step = (await next()) as Step).done !== true;) values.push(step.value)
  return values
}

/** An async iterator that complains when it is asked again before it has answered. */
class Strict implements AsyncIterableIterator<number> {
  readonly count: number
  given = 0
  returned = 0
  pending = false

  constructor(count: number) {
    this.count = count
  }
  async next(): Promise<IteratorResult<number>> {
    assert.not(this.pending, 'calls of next overlap')
    this.pending = true
    await settle()
    this.pending = false
    if (this.given === this.count) return { done: true, value: undefined }
    return { done: false, value: this.given++ }
  }
  return(): Promise<IteratorResult<number>> {
    this.returned++
    return Promise.resolve({ done: true, value: undefined })
  }
  [Symbol.asyncIterator](): this {
    return this
  }
}

suite('IteratorHead', (test) => {
  test('takes iterables of both kinds, promises of them, and functions that give either', async () => {
    const inputs = [
      new Set([1, 2]),
      Readable.from([1, 2]),
      () => [1, 2].values(),
      () => Promise.resolve([1, 2]),
      async function* () { yield* [1, 2] }, // prettier-ignore
    ]
    for (const input of inputs) {
      const { next } = await opened(new IteratorShare(input as never, 1))
      assert.equal(await drain(next), [1, 2])
    }
  })

  test('refuses what cannot be read, and says what it is', async () => {
    const error = await rejectionOf(
      new IteratorHead(new IteratorShare(() => 5 as never, 1), new CountingWaker()).open(),
    )
    assert.instance(error, TypeError)
    assert.is((error as Error).message, 'A source reads an iterable or an async iterable, not 5.')
  })

  test('opens once, and lets one reader have the iterator itself', async () => {
    let made = 0
    const iterator = [1].values()
    const share = new IteratorShare(() => (made++, iterator), 1)
    const [first, second] = await Promise.all([
      share.open(new CountingWaker()),
      share.open(new CountingWaker()),
    ])
    assert.equal([made, first === second, first === iterator], [1, true, true])
  })

  test('deals a synchronous iterator out without a promise', async () => {
    const share = new IteratorShare([1, 2, 3], 2)
    const [a, b] = [await opened(share), await opened(share)]
    const steps = [a.next(), b.next(), a.next(), b.next(), a.next()] as Step[]
    assert.equal(
      steps.map(({ value, done }) => (done === true ? 'end' : value)),
      [1, 2, 3, 'end', 'end'],
    )
  })

  test('asks an asynchronous iterator one at a time, and deals each item exactly once', async () => {
    const input = new Strict(40)
    const share = new IteratorShare(input, 5)
    const readers = await Promise.all([1, 2, 3, 4, 5].map(() => opened(share)))
    const dealt = await Promise.all(readers.map(({ next }) => drain(next)))
    assert.equal(
      dealt.flat().sort((a, b) => Number(a) - Number(b)),
      Array.from({ length: 40 }, (_, n) => n),
    )
    assert.ok(dealt.every((values) => values.length > 0))
  })

  test('an iterator that fails fails whoever asked; the others may go on', async () => {
    let calls = 0
    const input = { next: () => (calls++ === 0 ? Promise.reject(new Error('once')) : Promise.resolve({ done: calls > 2, value: calls })) } // prettier-ignore
    const share = new IteratorShare(() => ({ [Symbol.asyncIterator]: () => input }) as never, 2)
    const [a, b] = [await opened(share), await opened(share)]
    const first = rejectionOf(a.next() as Promise<unknown>)
    const second = b.next() as Promise<Step>
    assert.match(String(await first), /once/)
    assert.equal(await second, { done: false, value: 2 })
  })

  test('what subtasks have read when all have taken a barrier is its beginning, without a gap', async () => {
    const asks = fc.array(
      fc.record({ who: fc.nat(2), what: fc.constantFrom('read', 'read', 'take', 'barrier') }),
      {
        maxLength: 60,
        size: 'max',
      },
    )
    const run = fc.asyncProperty(asks, fc.boolean(), async (turns, slow) => {
      const share = new IteratorShare(new Strict(1000), 3)
      const readers = await Promise.all(
        [0, 1, 2].map(async () => ({
          ...(await opened(share)),
          taken: [] as unknown[],
          asked: null as Promise<void> | null,
          answer: null as Step | null,
        })),
      )
      const before: unknown[] = []
      const arrived = new Set<number>()
      for (const { who, what } of turns) {
        const reader = readers[who]!
        if (what === 'read' && reader.asked === null && reader.head.fill(createState()) === 'ready') {
          const step = reader.next()
          if (!isThenable(step)) reader.taken.push((step as Step).value)
          else reader.asked = Promise.resolve(step).then((answer) => void (reader.answer = answer as Step))
        }
        if (what === 'take' && reader.answer !== null) {
          reader.head.answered()
          reader.taken.push(reader.answer.value)
          reader.asked = reader.answer = null
        }
        if (what === 'barrier' && !arrived.has(who) && reader.head.mayPass()) {
          before.push(...reader.taken)
          reader.head.passed()
          if (arrived.add(who).size === 3) break
        }
        if (slow || what === 'take') await settle()
      }
      if (arrived.size < 3) return
      assert.equal(
        before.sort((a, b) => Number(a) - Number(b)),
        Array.from(before, (_, n) => n),
      )
      // Whoever waits gets what was kept meanwhile.
      for (const { asked } of readers) await asked
    })
    await fc.assert(run, { numRuns: 500 })
  })

  test('is returned when the last reader leaves, once, and not before', async () => {
    const input = new Strict(9)
    const share = new IteratorShare(input, 2)
    const [a, b] = [await opened(share), await opened(share)]
    a.head.cancel()
    assert.equal([input.returned, a.head.fill(createState())], [0, 'ended'])
    assert.not(((await b.next()) as Step).done)
    await b.head.cancel()
    assert.equal([input.returned, await b.next()], [1, { done: true, value: undefined }])
  })

  test('is returned even when the last reader left while it was being opened', async () => {
    const input = new Strict(9)
    const opening = deferred<AsyncIterable<unknown>>()
    const head = new IteratorHead(new IteratorShare(() => opening.promise, 1), new CountingWaker())
    const open = head.open()
    head.cancel()
    opening.resolve(input)
    await open
    assert.is(input.returned, 1)
  })

  test('ends early when it is stopped', async () => {
    const { head } = await opened(new IteratorShare([1], 1))
    head.stop()
    assert.is(head.fill(createState()), 'ended')
  })

  test('tells what its input throws when it is opened', async () => {
    const broken = (): never => { throw new Error('no input') } // prettier-ignore
    assert.match(
      String(await rejectionOf(new IteratorHead(new IteratorShare(broken, 1), new CountingWaker()).open())),
      /no input/,
    )
    assert.instance(
      await rejectionOf(new IteratorHead(new IteratorShare(5 as never, 1), new CountingWaker()).open()),
      TypeError,
    )
  })
})

suite('readableShare', (test) => {
  const web = (log: unknown[], items: readonly unknown[]): ReadableStream =>
    new ReadableStream({
      start: (controller) => {
        for (const item of items) controller.enqueue(item)
        if (items.length > 0) controller.close()
      },
      cancel: (reason) => void log.push(['cancelled', reason]),
    })

  test('reads Node and web streams, and what a function makes of them', async () => {
    const inputs = [
      Readable.from([1, 2]),
      () => Readable.from([1, 2]),
      web([], [1, 2]),
      () => web([], [1, 2]),
    ]
    for (const input of inputs) {
      const { next } = await opened(readableShare(input as never))
      assert.equal(await drain(next), [1, 2])
    }
  })

  test('ends a stream at once, though a read is pending', async () => {
    const log: unknown[] = []
    const endless = new Readable({ read: () => {} })
    for (const input of [endless, web(log, [])]) {
      const { head, next } = await opened(readableShare(input as never))
      const pending = next() as Promise<unknown>
      pending.catch(() => {})
      await head.cancel()
    }
    assert.ok(endless.destroyed)
    assert.equal(log, [['cancelled', undefined]])
  })

  test('ends a stream that was made while its reader left', async () => {
    let made: Readable | undefined
    const head = new IteratorHead(
      readableShare(() => (made = new Readable({ read: () => {} }))),
      new CountingWaker(),
    )
    const open = head.open()
    head.cancel()
    await open
    await settle()
    assert.ok(made === undefined || made.destroyed)
  })

  test('passes an error of the stream on', async () => {
    const broken = new Readable({ read() { this.destroy(new Error('broken')) } }) // prettier-ignore
    const { next } = await opened(readableShare(broken))
    assert.match(String(await rejectionOf(next() as Promise<unknown>)), /broken/)
  })
})
