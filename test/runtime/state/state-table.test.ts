import * as assert from 'uvu/assert'
import { CheckpointCorruptError, StateVersionError } from '../../../src/errors/checkpoint-errors.ts'
import { StateSaveError } from '../../../src/errors/state-save-error.ts'
import { keyGroupOf, subtaskOf } from '../../../src/runtime/keys/key-hash.ts'
import type { TableOptions } from '../../../src/runtime/state/stage-state.ts'
import { StateTable } from '../../../src/runtime/state/state-table.ts'
import type { BlobRef } from '../../../src/storage/checkpoint-store.ts'
import { realClock } from '../../../src/time/real-clock.ts'
import { suite } from '../../support/suite.ts'
import { Blobs, finish } from './support/blobs.ts'
import { SteppingClock } from './support/stepping-clock.ts'

/** Every slice is one frame, and frames soon have one cell. */
const slow = (): SteppingClock => new SteppingClock(2)

const numbered = (count: number, from = 0): StateTable<{ n: number }> => {
  const table = new StateTable<{ n: number }>('numbers')
  for (let n = from; n < from + count; n++) table.insert(n, { n })
  return table
}
const bytesOf = (refs: readonly BlobRef[]): number => refs.reduce((sum, { length }) => sum + length, 0)
const entriesOf = (table: StateTable<unknown>): unknown[] =>
  [...table.cells()].map(({ key, value }) => [key, value])

async function load(
  blobs: Blobs,
  refs: readonly BlobRef[],
  options: TableOptions = {},
  accepts: (key: unknown) => boolean = () => true,
): Promise<StateTable<unknown>> {
  const table = new StateTable<unknown>('numbers', options)
  await table.load({ segments: blobs.of(refs), accepts, refs }, slow())
  return table
}

const rejected = async (run: () => Promise<unknown>): Promise<unknown> => {
  try {
    await run()
  } catch (error) {
    return error
  }
  throw new Error('it did not reject')
}

suite('StateTable: what is written', (test) => {
  test('only what has changed since the last checkpoint', async () => {
    const [table, blobs] = [numbered(1000), new Blobs()]
    const whole = finish(table.capture(false, realClock), blobs)
    table.set(7, { n: -7 })
    table.delete(8)
    table.insert('new', { n: 0 })
    table.insert('gone', { n: 0 })
    table.delete('gone')
    const refs = finish(table.capture(false, realClock), blobs)
    assert.equal(refs.slice(0, whole.length), whole)
    assert.ok(bytesOf(refs) - bytesOf(whole) < 300)
    assert.equal(entriesOf(await load(blobs, refs)), entriesOf(table))
    assert.equal(finish(table.capture(false, realClock), blobs), refs, 'nothing has changed')
    const again = finish(table.capture(true, realClock), blobs)
    assert.is(again.includes(whole[0]!), false)
    assert.equal(entriesOf(await load(blobs, again)), entriesOf(table))
  })

  test('everything again once differences are more to read than the whole', async () => {
    const [table, blobs] = [numbered(100), new Blobs()]
    let refs: readonly BlobRef[] = []
    let wholes = 0
    for (let round = 0; round < 30; round++) {
      const capture = table.capture(false, realClock)
      if (capture.base.length === 0) wholes++
      refs = finish(capture, blobs)
      assert.ok(refs.length <= 12)
      for (let n = 0; n < 10; n++) table.set((round * 10 + n) % 100, { n: round })
    }
    assert.ok(wholes >= 2 && wholes <= 6, `${wholes} of 30`)
  })

  test('everything again after 64 differences, however small', () => {
    const [table, blobs] = [numbered(10_000), new Blobs()]
    const bases: number[] = []
    for (let round = 0; round < 70; round++) {
      table.set(1, { n: round })
      const capture = table.capture(false, realClock)
      bases.push(capture.base.length)
      finish(capture, blobs)
    }
    assert.is(bases.lastIndexOf(0), 65)
  })

  test('nothing of an empty table, and everything after `clear`', async () => {
    const [table, blobs] = [numbered(50), new Blobs()]
    finish(table.capture(false, realClock), blobs)
    table.clear()
    assert.equal(finish(table.capture(false, realClock), blobs), [])
    table.insert(1, { n: 1 })
    assert.equal(entriesOf(await load(blobs, finish(table.capture(false, realClock), blobs))), [
      [1, { n: 1 }],
    ])
  })

  test('keys that come and go between two checkpoints leave nothing behind', () => {
    const [table, blobs] = [numbered(10), new Blobs()]
    const before = finish(table.capture(false, realClock), blobs)
    for (let n = 100; n < 20_000; n++) {
      table.insert(n, { n })
      if (n >= 105) table.delete(n - 5)
    }
    const refs = finish(table.capture(false, realClock), blobs)
    assert.equal(refs.slice(0, before.length), before)
    assert.ok(bytesOf(refs) - bytesOf(before) < 400)
  })

  test('changes that checkpoint after checkpoint fails to save are not hoarded', async () => {
    const [table, blobs] = [numbered(2000), new Blobs()]
    finish(table.capture(false, realClock), blobs)
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 900; n++) table.set(n, { n: round })
      const capture = table.capture(false, realClock)
      assert.is(capture.base.length > 0, round < 2, `round ${round}`)
      capture.abort()
      capture.abort()
    }
    const capture = table.capture(false, realClock)
    assert.equal(capture.base, [])
    assert.equal(entriesOf(await load(blobs, finish(capture, blobs))), entriesOf(table))
  })
})

suite('StateTable: while a capture is written', (test) => {
  test('a slice is short by the clock and by its cells', () => {
    const table = numbered(50_000)
    const slices = (capture: ReturnType<typeof table.capture>): number => {
      let count = 0
      while (capture.next() !== null) count++
      capture.abort()
      return count
    }
    assert.is(slices(table.capture(true, new SteppingClock(0))), 4, 'a clock that stands still')
    assert.ok(slices(table.capture(true, new SteppingClock(0.2))) > 500, 'where 16 cells take 0.2 ms')
    assert.ok(slices(table.capture(true, slow())) > 40_000, 'where a cell takes 2 ms')
  })

  test('what a failed capture had written is kept by the next', async () => {
    const [table, blobs] = [numbered(100), new Blobs()]
    finish(table.capture(false, realClock), blobs)
    for (let n = 0; n < 40; n++) table.set(n, { n: 1000 + n })
    const failed = table.capture(false, slow())
    while (failed.next() !== null);
    failed.abort()
    table.set(99, { n: 0 })
    const expected = structuredClone(entriesOf(table))
    const capture = table.capture(false, slow())
    assert.ok(capture.base.length > 0)
    for (let n = 0; n < 40; n++) {
      const cell = table.cell(n)!
      table.touch(cell)
      cell.value.n = -1
    }
    assert.equal(entriesOf(await load(blobs, finish(capture, blobs))), expected)
  })

  test('early values of one capture are not taken for those of the next', async () => {
    const [table, blobs] = [numbered(20), new Blobs()]
    for (const round of [1, 2]) {
      if (round === 2) for (let n = 0; n < 3; n++) table.set(n, { n: n + 100 })
      const expected = structuredClone(entriesOf(table))
      const capture = table.capture(false, slow())
      for (const n of [2, 0]) {
        const cell = table.cell(n)!
        table.touch(cell)
        cell.value.n = -1
      }
      assert.equal(entriesOf(await load(blobs, finish(capture, blobs))), expected)
    }
  })

  test('keys deleted before their turn keep their place, structured ones behind the others', async () => {
    const [table, blobs] = [new StateTable<number>(), new Blobs()]
    for (let n = 0; n < 40; n++) table.insert(n % 2 === 0 ? n : [n], n)
    const expected = entriesOf(table)
    const capture = table.capture(false, slow())
    const written = [blobs.add(capture.next()!)]
    for (const n of [39, 30, 1, 37, 34, 3, 38]) table.delete(n % 2 === 0 ? n : [n])
    written.push(blobs.add(capture.next()!))
    for (const n of [36, 5]) table.delete(n % 2 === 0 ? n : [n])
    assert.equal(entriesOf(await load(blobs, finish(capture, blobs, written))), expected)
  })

  test('a capture that is over gives nothing and takes nothing back', () => {
    const [table, blobs] = [numbered(3), new Blobs()]
    const first = table.capture(false, realClock)
    const refs = finish(table.capture(false, realClock), blobs)
    assert.throws(() => first.next(), /over/)
    first.succeeded([])
    first.abort()
    assert.equal(table.capture(false, realClock).base, refs)
  })

  test('a value that cannot be saved is told with its key, and the old value is not lost', async () => {
    const [table, blobs] = [new StateTable<unknown>('calls'), new Blobs()]
    for (let n = 0; n < 5; n++) table.insert({ user: n }, n === 3 ? { run: () => 'x'.repeat(500) } : n)
    const capture = table.capture(false, realClock)
    assert.throws(
      () => capture.next(),
      (error: unknown) =>
        error instanceof StateSaveError && error.record === '{ user: 3 }' && /'calls'/.test(error.message),
    )
    capture.abort()
    const touched = table.capture(false, realClock)
    table.touch(table.cell({ user: 3 })!)
    assert.throws(
      () => touched.next(),
      (error: unknown) => error instanceof StateSaveError,
    )
    touched.abort()
    table.set({ user: 3 }, 3)
    const loaded = await load(blobs, finish(table.capture(false, realClock), blobs))
    assert.is(loaded.get({ user: 3 }), 3)
  })
})

suite('StateTable: loading', (test) => {
  test('gives the event loop its turns, and later checkpoints only write what differs', async () => {
    const [table, blobs] = [numbered(5000), new Blobs()]
    const refs = finish(table.capture(false, new SteppingClock(0.1)), blobs)
    const loaded = new StateTable<unknown>('numbers')
    const clock = new SteppingClock(0.6)
    await loaded.load({ segments: blobs.of(refs), accepts: () => true, refs }, clock)
    assert.ok(clock.turns > 2)
    loaded.set(1, { n: -1 })
    const more = finish(loaded.capture(false, realClock), blobs)
    assert.equal(more.slice(0, refs.length), refs)
    assert.equal((await load(blobs, more)).get(1), { n: -1 })
  })

  test('takes the keys of its subtask only, from several tables', async () => {
    const [table, other, blobs] = [numbered(200), numbered(200, 200), new Blobs()]
    const parts = [
      finish(table.capture(false, realClock), blobs),
      finish(other.capture(false, realClock), blobs),
    ]
    const seen: unknown[] = []
    for (const subtask of [0, 1, 2]) {
      const loaded = new StateTable<unknown>()
      const accepts = (key: unknown): boolean => subtaskOf(key, 3) === subtask
      for (const refs of parts) await loaded.load({ segments: blobs.of(refs), accepts, refs }, slow())
      for (const { key } of loaded.cells()) {
        assert.is(Math.floor((keyGroupOf(key) * 3) / 128), subtask)
        seen.push(key)
      }
      loaded.set([subtask], 0)
      assert.equal(loaded.capture(false, realClock).base, [], 'written as a whole next')
    }
    assert.is(new Set(seen).size, 400)
    assert.is(seen.length, 400)
  })

  test('brings older versions into the form of this one, and writes them so', async () => {
    const [table, blobs] = [numbered(10), new Blobs()]
    const whole = finish(table.capture(false, realClock), blobs)
    const from: number[] = []
    const migrate = (value: unknown, version: number): unknown => {
      from.push(version)
      return (value as { n: number }).n * 10
    }
    const loaded = await load(blobs, whole, { version: 3, migrate })
    assert.is(loaded.get(4), 40)
    assert.equal(new Set(from), new Set([1]))
    const refs = finish(loaded.capture(false, realClock), blobs)
    assert.is(refs.includes(whole[0]!), false)
    assert.is((await load(blobs, refs, { version: 3 })).get(4), 40)
  })

  test('refuses versions that it has no way from', async () => {
    const [table, blobs] = [new StateTable<number>('numbers', { version: 2 }), new Blobs()]
    table.insert(1, 1)
    const refs = finish(table.capture(false, realClock), blobs)
    const migrate = (): never => {
      throw new RangeError('no')
    }
    for (const [options, message] of [
      [{ version: 3 }, /version 2, and this is version 3[^]*migrate function/],
      [{ version: 1, migrate: () => 1 }, /newer program/],
      [{ version: 3, migrate }, /migrate failed/],
    ] as const) {
      const error = await rejected(() => load(blobs, refs, options))
      assert.instance(error, StateVersionError)
      assert.match((error as Error).message, message)
    }
  })

  test('refuses damaged bytes', async () => {
    const [table, blobs] = [numbered(100), new Blobs()]
    const capture = table.capture(false, slow())
    table.set(50, { n: 0 })
    const whole = Buffer.concat([...blobs.of(finish(capture, blobs))])
    table.set(50, { n: 1 })
    const delta = Buffer.concat([...blobs.of(finish(table.capture(false, realClock), blobs))].slice(-1))
    const headless = whole.subarray(8 + new DataView(whole.buffer, whole.byteOffset).getUint32(0))
    const broken = Buffer.from(whole)
    broken.fill(0xff, 8, 30)
    const damages = [whole.subarray(0, -1), whole.subarray(0, 5), headless, broken, delta]
    for (const [i, bytes] of [...damages, Buffer.concat([whole, whole])].entries()) {
      const error = await rejected(() => load(blobs, [blobs.add(bytes)]))
      assert.instance(error, CheckpointCorruptError, `damage ${i}`)
    }
    await load(blobs, [blobs.add(Buffer.concat([whole, delta]))])
  })
})
