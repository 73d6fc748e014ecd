import * as assert from 'uvu/assert'
import { EmitOverflowError } from '../../../src/errors/overflow-errors.ts'
import type { Outputs } from '../../../src/runtime/flow-control/outputs.ts'
import { EmitBuffer } from '../../../src/runtime/operators/emit-buffer.ts'
import { OngoingOutputs } from '../../../src/runtime/task/stage.ts'
import { deferred, rejectionOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { settle } from '../task/support/hand-clock.ts'
import { createNode } from '../task/support/parts.ts'

const HIGH_WATER = 1024
const CAPACITY = 65_536

interface Side {
  readonly sent: unknown[]
  held: number
  room: number
  readonly admit: () => void
  readonly outputs: Outputs
}

const sides = (): Side => {
  const waiting: (() => void)[] = []
  const side: Side = {
    sent: [],
    held: 0,
    room: 2,
    admit: () => waiting.splice(0).forEach((go) => go()),
    outputs: {
      reads: () => true,
      side: (...args: unknown[]) => (side.sent.push(args), side.sent.length < side.room),
      get held() {
        return side.held
      },
      roomForSides: () => new Promise<void>((resolve) => waiting.push(resolve)),
    } as unknown as Outputs,
  }
  return side
}

const buffer = (signal = new AbortController().signal, side = sides()): EmitBuffer =>
  new EmitBuffer(createNode({ name: 'split' }), side.outputs, signal, () => {}, NaN)

/** What it yields, then the error it throws, as text. */
const all = async (outputs: unknown): Promise<unknown[]> => {
  const seen: unknown[] = []
  try {
    for await (const value of (outputs ?? []) as AsyncIterable<unknown>) seen.push(value)
  } catch (error) {
    seen.push(String(error))
  }
  return seen
}

suite('EmitBuffer: synchronous calls', (test) => {
  test('what a call emits goes on when it returns', () => {
    const out = buffer()
    assert.equal(
      out.collect(() => [1, 2].map((n) => out.emit(n))),
      [1, 2],
    )
    assert.is(
      buffer().collect(() => 'ignored'),
      undefined,
    )
  })

  test('what it emitted before it threw goes on first; else it throws at once', async () => {
    const out = buffer()
    const outputs = out.collect(() => {
      void out.emit('before')
      throw new Error('after')
    })
    assert.equal(await all(outputs), ['before', 'Error: after'])
    assert.throws(() => buffer().collect(() => { throw new Error('at once') }), /at once/) // prettier-ignore
  })

  test('a call that never waits may emit so many records, and no more', async () => {
    const out = buffer()
    const outputs = out.collect(() => {
      for (let i = 0; i <= CAPACITY; i++) void out.emit(i)
    })
    const seen = await all(outputs)
    assert.match(String(seen.at(-1)), "'split' emitted more than 65536 records in one call without waiting")
    assert.is(seen.length, CAPACITY + 2)
    const fits = buffer()
    assert.is((fits.collect(() => { for (let i = 0; i < CAPACITY; i++) void fits.emit(i) }) as unknown[]).length, CAPACITY) // prettier-ignore
  })
})

suite('EmitBuffer: asynchronous calls', (test) => {
  test('a call that emits nothing gives nothing, or its error', async () => {
    assert.is(await buffer().collect(() => Promise.resolve('ignored')), undefined)
    assert.match(String(await rejectionOf(Promise.resolve(buffer().collect(() => Promise.reject(new Error('no')))))), /no/) // prettier-ignore
    assert.is(await buffer().collect(() => ({ then: (done: () => void) => done() })), undefined)
  })

  test('what it emits goes on while the call goes on, in order, up to its end', async () => {
    const out = buffer()
    const step = deferred()
    const outputs = await out.collect(async () => {
      void out.emit(1)
      void out.emit(2)
      await step.promise
      void out.emit(3)
    })
    assert.instance(outputs, OngoingOutputs)
    const ongoing = outputs as OngoingOutputs
    assert.equal(await ongoing.next(), { done: false, value: 1 })
    assert.equal(await ongoing.next(), { done: false, value: 2 })
    const third = ongoing.next()
    step.resolve()
    assert.equal(await third, { done: false, value: 3 })
    assert.equal(await ongoing.next(), { done: true, value: undefined })
    await ongoing.over
  })

  test('a call that is over by the time it is looked at gives what it emitted at once', async () => {
    const out = buffer()
    const outputs = await out.collect(async () => {
      await Promise.resolve()
      void out.emit('late')
    })
    assert.equal(await all(outputs), ['late'])
  })

  test('an error after records comes after them', async () => {
    for (const turns of [0, 3]) {
      const out = buffer()
      const outputs = await out.collect(async () => {
        void out.emit(1)
        for (let i = 0; i < turns; i++) await settle()
        void out.emit(2)
        throw new Error('then')
      })
      assert.equal(await all(outputs), [1, 2, 'Error: then'])
    }
  })

  test('emit makes the call wait while many records are on their way', async () => {
    const out = buffer()
    let emitted = 0
    const outputs = await out.collect(async () => {
      for (; emitted < 3 * HIGH_WATER; emitted++) await out.emit(emitted)
    })
    await settle()
    assert.ok(emitted <= HIGH_WATER, `${emitted} were on their way`)
    assert.is((await all(outputs)).length, 3 * HIGH_WATER)
    assert.is(emitted, 3 * HIGH_WATER)
  })

  test('a call whose records nobody reads any more is told, and is over when it has heard', async () => {
    const out = buffer()
    const ended = deferred<unknown>()
    const outputs = (await out.collect(async () => {
      try {
        for (let i = 0; ; i++) await out.emit(i)
      } catch (error) {
        ended.resolve(error)
        throw error
      }
    })) as OngoingOutputs
    await outputs.next()
    const returned = outputs.return()
    const error = (await ended.promise) as DOMException
    assert.is(error.name, 'AbortError')
    assert.match(error.message, "Nobody reads what 'split' emits any more.")
    assert.equal(await returned, { done: true, value: undefined })
    assert.throws(() => out.side('tag', 1), /Nobody reads/)
  })

  test('a job that is aborted lets a waiting call go on, and refuses what it emits then', async () => {
    const job = new AbortController()
    const out = buffer(job.signal)
    for (let i = 1; i < HIGH_WATER; i++) void out.emit(i)
    const waiting = [out.emit('full'), out.emit('full')]
    job.abort(new Error('over'))
    for (const wait of waiting) await wait
    assert.throws(() => out.emit(1), /over/)
    assert.throws(() => out.side('tag', 1), /over/)
  })
})

suite('EmitBuffer: side outputs', (test) => {
  test('go at once, by operator and tag, and wait when there is no room', async () => {
    const side = sides()
    const out = buffer(undefined, side)
    assert.is(out.side('late', 1), undefined)
    const waiting = Promise.resolve(out.side('late', 2)).then(() => 'went on')
    assert.is(await Promise.race([waiting, settle()]), undefined)
    side.admit()
    assert.is(await waiting, 'went on')
    assert.equal(side.sent, [['n1', 'late', 1, NaN], ['n1', 'late', 2, NaN]]) // prettier-ignore
  })

  test('are bounded for calls that never wait', () => {
    const side = sides()
    const out = buffer(undefined, side)
    side.room = 0
    side.held = CAPACITY
    void out.side('late', 1)
    side.held++
    let error: unknown
    try {
      void out.side('late', 2)
    } catch (thrown) {
      error = thrown
    }
    assert.instance(error, EmitOverflowError)
  })
})
