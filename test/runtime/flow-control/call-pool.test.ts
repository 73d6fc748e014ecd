import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { deferred } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { settle } from '../task/support/hand-clock.ts'
import { bench, submit } from './support/pool-bench.ts'

suite('CallPool', (test) => {
  test('gives results in order of submission, or of settling', async () => {
    for (const ordered of [true, false]) {
      const at = bench({ ordered })
      submit(at, 'a', 'b', 'c')
      at.calls[1]!.resolve('B')
      await settle()
      assert.equal(at.read(), ordered ? [] : ['B'])
      at.calls[2]!.resolve('C')
      at.calls[0]!.resolve('A')
      await settle()
      assert.equal(at.read(), ordered ? ['A', 'B', 'C'] : ['C', 'A'])
    }
  })

  test('is ready while it has a free slot; results not read take one, and the caller is woken once', async () => {
    const at = bench({ capacity: 2 })
    const { pool, caller, calls } = at
    submit(at, 'a')
    assert.equal([pool.ready, pool.held, pool.fill], [true, 1, 0.5])
    submit(at, 'b')
    assert.equal([pool.ready, pool.held, pool.fill], [false, 2, 1])
    for (const call of calls) call.resolve(call.value)
    await settle()
    assert.equal([pool.ready, caller.wakes], [false, 0])
    assert.equal(at.read(), ['a', 'b'])
    assert.equal([pool.ready, pool.held, caller.wakes], [true, 0, 1])
  })

  test('wakes the reader for each result and for the end', async () => {
    const at = bench()
    submit(at, 'a', 'b')
    at.calls[1]!.resolve('B')
    at.calls[0]!.reject(new Error('A'))
    await settle()
    assert.is(at.reader.wakes, 2)
    at.pool.end()
    assert.equal([at.reader.wakes, at.pool.ended], [3, true])
    assert.equal(at.read(), ['Error: A', 'B'])
  })

  test('takes calls that are not asynchronous: they return, throw, or give a thenable', async () => {
    const odd = { then: (done: (value: unknown) => void) => done('thenable') }
    const at = bench({
      call: (value) => {
        if (value === 'throws') throw new Error('at once')
        return value === 'thenable' ? odd : `${String(value)}!`
      },
    })
    submit(at, 'returns', 'throws', 'thenable')
    await settle()
    assert.equal(at.read(), ['returns!', 'Error: at once', 'thenable'])
    assert.is(at.pool.settled(), undefined)
  })

  test('gives overlapping calls a context each, and calls with a reply their own surroundings', () => {
    const at = bench()
    let inside = false
    const run = (call: () => unknown): unknown => {
      inside = true
      return call()
    }
    submit(at, 'a', 'b')
    assert.not(inside)
    at.pool.submit('c', 'c', 0, NaN, { resolve: () => {}, reject: () => {}, run })
    assert.ok(inside)
    assert.is(new Set(at.calls.map(({ context }) => context)).size, 3)
    assert.equal(
      at.calls.map(({ context }) => context.key),
      [undefined, undefined, undefined],
    )
  })

  test('makes one call per key at a time, in order, whatever the order of results', async () => {
    const at = bench({ capacity: 4, keyed: true, ordered: false })
    at.pool.submit('a1', { k: 'a' }, 0, NaN, null)
    at.pool.submit('a2', { k: 'a' }, 0, NaN, null)
    at.pool.submit('b1', { k: 'b' }, 0, NaN, null)
    at.pool.submit('a3', { k: 'a' }, 0, NaN, null)
    const made = (): unknown[] => at.calls.map(({ value }) => value)
    assert.equal(made(), ['a1', 'b1'])
    assert.equal(
      at.calls.map(({ context }) => context.key),
      [{ k: 'a' }, { k: 'b' }],
    )
    at.calls[0]!.resolve('A1')
    await settle()
    assert.equal(made(), ['a1', 'b1', 'a2'], 'the next one need not wait until the result is read')
    at.calls[2]!.reject(new Error('A2'))
    await settle()
    assert.equal(made(), ['a1', 'b1', 'a2'], 'a failed one may be tried again first')
    assert.equal(at.read(), ['A1', 'Error: A2'])
    assert.equal(made(), ['a1', 'b1', 'a2', 'a3'])
    at.calls[3]!.resolve('A3')
    await settle()
    at.read()
    at.pool.submit('a4', { k: 'a' }, 0, NaN, null)
    assert.equal(made().at(-1), 'a4', 'a key that is done with is free')
  })

  test('a long line of calls for one key that return at once does not overflow the stack', async () => {
    const first = deferred<unknown>()
    let calls = 0
    const at = bench({
      capacity: 20_000,
      keyed: true,
      call: () => (calls++ === 0 ? first.promise : 'at once'),
    })
    for (let i = 0; i < 20_000; i++) at.pool.submit(i, 'same', 0, NaN, null)
    assert.is(calls, 1)
    first.resolve('first')
    await settle()
    assert.is(calls, 20_000)
    assert.is(at.read().length, 20_000)
  })

  test('frees every slot, makes every call once and never two for a key, whatever happens', async () => {
    const step = fc.record({ act: fc.constantFrom('submit', 'resolve', 'reject', 'read'), n: fc.nat(9) })
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.boolean(),
        fc.array(step, { maxLength: 60 }),
        async (ordered, keyed, steps) => {
          const at = bench({ capacity: 4, ordered, keyed })
          const open = new Set<number>()
          let submitted = 0
          const results: unknown[] = []
          const answer = async (n: number, act: string): Promise<void> => {
            const index = [...open][n % open.size]!
            open.delete(index)
            at.calls[index]![act === 'reject' ? 'reject' : 'resolve'](at.calls[index]!.value)
            await settle()
          }
          let seen = 0
          const look = (): void => {
            for (; seen < at.calls.length; seen++) open.add(seen)
            const keys = [...open].map((i) => Number(at.calls[i]!.value) % 3)
            if (keyed) assert.is(new Set(keys).size, keys.length)
          }
          for (const { act, n } of steps) {
            if (act === 'submit' && at.pool.ready) at.pool.submit(submitted, submitted++ % 3, 0, NaN, null)
            else if (act === 'read') results.push(...at.read())
            else if (open.size > 0 && act !== 'submit') await answer(n, act)
            look()
          }
          while (open.size > 0 || at.pool.held > 0) {
            if (open.size > 0) await answer(0, 'resolve')
            results.push(...at.read())
            look()
          }
          assert.equal(
            [...results].map(Number).sort((a, b) => a - b),
            Array.from({ length: submitted }, (_, i) => i),
          )
          if (ordered)
            assert.equal(
              results.map(Number),
              [...results].map(Number).sort((a, b) => a - b),
            )
          assert.is(at.pool.settled(), undefined)
        },
      ),
      { numRuns: 60 },
    )
  })
})
