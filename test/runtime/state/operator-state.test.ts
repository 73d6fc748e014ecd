import * as assert from 'uvu/assert'
import { StateMappingError, StateVersionError } from '../../../src/errors/checkpoint-errors.ts'
import { StateSaveError } from '../../../src/errors/state-save-error.ts'
import { subtaskOf } from '../../../src/runtime/keys/key-hash.ts'
import { OperatorState } from '../../../src/runtime/state/operator-state.ts'
import type { SavedState } from '../../../src/runtime/state/state-capture.ts'
import { writeCaptures } from '../../../src/runtime/state/write-captures.ts'
import type { BlobRef } from '../../../src/storage/checkpoint-store.ts'
import type { Clock } from '../../../src/time/clock.ts'
import { realClock } from '../../../src/time/real-clock.ts'
import { suite } from '../../support/suite.ts'
import { Blobs } from './support/blobs.ts'
import { SteppingClock } from './support/stepping-clock.ts'

const create = (subtaskIndex = 0, parallelism = 1, clock: Clock = realClock): OperatorState =>
  new OperatorState({ operator: 'op', subtaskIndex, parallelism, clock })

const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
}

/** A value that is a number. */
class Counter {
  count = 0
  saves = 0
  readonly save = (): unknown => {
    this.saves++
    return this.count === 0 ? undefined : this.count
  }
  readonly load = (saved: unknown): void => {
    this.count = saved as number
  }
}

const save = async (state: OperatorState, blobs: Blobs): Promise<SavedState> => {
  const capture = state.capture(false)
  const [saved] = await writeCaptures([capture], blobs.put, realClock)
  capture.succeeded(saved!)
  return saved!
}
const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not reject')
}

suite('OperatorState', (test) => {
  test('brings back tables and values, and tells of names that nobody asked for', async () => {
    const blobs = new Blobs()
    const [first, counter] = [create(), new Counter()]
    first.value('counter', counter)
    first.value('nothing', { save: () => undefined, load: () => assert.unreachable() })
    first.value('old', { save: () => 1, load: () => {} })
    const [a, b, c] = ['a', 'b', 'c'].map((name) => first.table<number>(name))
    a!.insert('x', 1)
    c!.insert('z', 3)
    counter.count = 7
    const saved = await save(first, blobs)
    assert.is(b!.size, 0)
    assert.equal([...first.captureValues().keys()], ['counter', 'old'])
    assert.equal(Object.keys(saved.values), ['counter', 'old'])
    const [second, other] = [create(), new Counter()]
    second.value('counter', other)
    second.value('nothing', { save: () => undefined, load: () => assert.unreachable() })
    const tables = ['a', 'b', 'new'].map((name) => second.table<number>(name))
    const unknown = await second.restore({ subtasks: [saved], read: blobs.read, reusable: true })
    assert.equal(unknown, ['old', 'c'])
    assert.equal(
      tables.map((table) => [...table.cells()].map(({ key, value }) => [key, value])),
      [[['x', 1]], [], []],
    )
    assert.is(other.count, 7)
  })

  test('refers to bytes of before only where it may', async () => {
    const blobs = new Blobs()
    const first = create()
    for (let n = 0; n < 10; n++)
      (n === 0 ? first.table<number>('t') : first.table<number>(`t${n}`)).insert(n, n)
    const saved = await save(first, blobs)
    for (const reusable of [true, false]) {
      const second = create()
      const table = second.table<number>('t')
      await second.restore({ subtasks: [saved], read: blobs.read, reusable })
      const again = await save(second, blobs)
      assert.is(again.tables['t']?.[0] === saved.tables['t']?.[0], reusable)
      assert.is(table.get(0), 0)
    }
  })

  test('deals keys out to another number of subtasks', async () => {
    const blobs = new Blobs()
    const saved: SavedState[] = []
    for (const at of [0, 1, 2]) {
      const state = create(at, 3)
      state.table<number>('cells')
      saved.push(await save(state, blobs))
    }
    const owners = [0, 1, 2].map((at) => create(at, 3))
    const cells = owners.map((state) => state.table<number>('cells'))
    for (let n = 0; n < 300; n++) cells[subtaskOf(n, 3)]!.insert(n, n)
    const parts = await Promise.all(owners.map((state) => save(state, blobs)))
    for (const parallelism of [1, 2, 3, 5, 200]) {
      let found = 0
      for (let at = 0; at < parallelism; at++) {
        const state = create(at, parallelism)
        const table = state.table<number>('cells')
        let reads = 0
        const read = (ref: BlobRef): Promise<Uint8Array> => {
          reads++
          return blobs.read(ref)
        }
        await state.restore({ subtasks: parts, read, reusable: true })
        for (const { key } of table.cells()) assert.is(subtaskOf(key, parallelism), at)
        found += table.size
        if (parallelism === 5) assert.ok(reads <= 2, 'reads what may have its keys')
      }
      assert.is(found, 300)
    }
  })

  test('deals values out where they tell how, and refuses otherwise', async () => {
    const blobs = new Blobs()
    const parts: SavedState[] = []
    for (const at of [0, 1, 2]) {
      const state = create(at, 3)
      state.value('sum', { save: () => (at === 1 ? undefined : at + 1), load: () => {} })
      state.value('none', { save: () => undefined, load: () => {} })
      parts.push(await save(state, blobs))
    }
    const loaded: unknown[] = []
    const state = create(1, 2)
    state.value('none', { save: () => undefined, load: () => assert.unreachable() })
    state.value('sum', {
      save: () => 0,
      load: (sum) => loaded.push(sum),
      redeal: (saved, index, parallelism) => [...saved, index, parallelism],
    })
    await state.restore({ subtasks: parts, read: blobs.read, reusable: true })
    assert.equal(loaded, [[1, 3, 1, 2]])
    const bound = create(0, 2)
    bound.value('sum', { save: () => 0, load: () => assert.unreachable() })
    const error = await failureOf(bound.restore({ subtasks: parts, read: blobs.read, reusable: true }))
    assert.instance(error, StateMappingError)
    assert.match((error as Error).message, /parallelism 3/)
  })

  test('takes over nothing when something cannot be restored', async () => {
    const blobs = new Blobs()
    const [first, counter] = [create(), new Counter()]
    first.value('counter', counter)
    counter.count = 1
    first.table<number>('a').insert(1, 1)
    first.table<number>('b', { version: 2 }).insert(1, 1)
    const saved = await save(first, blobs)
    const [second, other] = [create(), new Counter()]
    second.value('counter', other)
    const a = second.table<number>('a')
    second.table<number>('b', { version: 3 })
    const error = await failureOf(second.restore({ subtasks: [saved], read: blobs.read, reusable: true }))
    assert.instance(error, StateVersionError)
    assert.is(a.size, 0)
    assert.is(other.count, 0)
    a.insert(2, 2)
    assert.is((await save(second, blobs)).tables['a']?.length, 1)
  })

  test('tells which value cannot be saved, and captures nothing then', () => {
    const state = create()
    const table = state.table<number>('cells')
    state.value('call', { save: () => () => 1, load: () => {} })
    assert.throws(
      () => state.capture(false),
      (error: unknown) =>
        error instanceof StateSaveError && error.operator === 'op' && error.message.includes("'call'"),
    )
    assert.is(table.epoch, 1)
  })

  test('refuses a name twice', () => {
    const state = create()
    state.table('a')
    state.value('a', new Counter())
    assert.throws(() => state.table('a'), /two tables 'a'/)
    assert.throws(() => state.value('a', new Counter()), /two values 'a'/)
  })
})

suite('writeCaptures', (test) => {
  const filled = (size: number, clock: Clock = realClock): OperatorState => {
    const state = create(0, 1, clock)
    const table = state.table<string>('cells')
    for (let n = 0; n < size; n++) table.insert(n, 'x'.repeat(50))
    return state
  }

  test('joins slices to blobs, with few on their way, and turns of the event loop between', async () => {
    const [blobs, clock] = [new Blobs(), new SteppingClock(0.2)]
    const states = [filled(40_000, clock), filled(0), filled(10)]
    const held: (() => void)[] = []
    // The first four are held until there are four, and for some turns more; the last is let go first.
    const put = async (bytes: Uint8Array): Promise<BlobRef> => {
      const at = blobs.add(bytes)
      if (at.offset > 4) return at
      assert.ok(at.offset < 4 || held.length === 0, 'a fifth on its way')
      if (at.offset === 4) return at
      await new Promise<void>((resolve) => {
        if (held.push(resolve) < 4) return
        void turns(500).then(() => {
          while (held.length > 0) held.pop()!()
        })
      })
      return at
    }
    const captures = states.map((state) => state.capture(false))
    const saved = await writeCaptures(captures, put, clock)
    assert.ok(clock.turns > 100)
    assert.ok(saved[0]!.tables['cells']!.length >= 4 && saved[0]!.tables['cells']!.length < 12)
    assert.equal(saved[1]!.tables, { cells: [] })
    assert.is(saved[2]!.tables['cells']!.length, 1)
    const again = create()
    const table = again.table('cells')
    await again.restore({ subtasks: [saved[0]!], read: blobs.read, reusable: true })
    assert.equal(
      [...table.cells()].map(({ key }) => key),
      Array.from({ length: 40_000 }, (_, n) => n),
    )
  })

  test('aborts all captures when the store does not take the bytes', async () => {
    const blobs = new Blobs()
    const states = [filled(10), filled(10)]
    for (const state of states) await save(state, blobs)
    for (const state of states) state.table<number>('more').insert(1, 1)
    const captures = states.map((state) => state.capture(false))
    let puts = 0
    const put = (bytes: Uint8Array): Promise<BlobRef> =>
      ++puts === 2 ? Promise.reject(new Error('disk full')) : blobs.put(bytes)
    assert.match(((await failureOf(writeCaptures(captures, put, realClock))) as Error).message, /disk full/)
    for (const capture of captures)
      for (const table of capture.tables.values()) assert.throws(() => table.next())
    const saved = await save(states[1]!, blobs)
    assert.is(saved.tables['more']?.length, 1)
  })

  test('stops when a capture is aborted meanwhile', async () => {
    const [blobs, state] = [new Blobs(), filled(1000)]
    const capture = state.capture(false)
    const writing = failureOf(writeCaptures([capture], blobs.put, new SteppingClock(2)))
    capture.abort()
    assert.match(((await writing) as Error).message, /over/)
  })
})
