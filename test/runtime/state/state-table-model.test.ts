import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { canonicalKey } from '../../../src/runtime/keys/key-hash.ts'
import { StateTable } from '../../../src/runtime/state/state-table.ts'
import type { TableCapture } from '../../../src/runtime/state/table-capture.ts'
import type { BlobRef } from '../../../src/storage/checkpoint-store.ts'
import { suite } from '../../support/suite.ts'
import { Blobs, finish } from './support/blobs.ts'
import { SteppingClock } from './support/stepping-clock.ts'

/** Primitives, and objects that are changed in place. */
type Value = number | string | bigint | boolean | null | undefined | { readonly list: unknown[]; at: Date }

const keys = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 59 }) },
  fc.constantFrom<unknown>(NaN, 0.5, '', '0', null, undefined, false, 1n, Symbol.for('key')),
  fc.integer({ min: 0, max: 19 }).map((n) => [n * 3]),
  fc.constantFrom<unknown>([], [1, [NaN]], ['0'], {}, { a: 1, b: 2 }, new Date(0)),
)
const values = fc.constantFrom<() => Value>(
  () => 0,
  () => -0,
  () => NaN,
  () => 'text',
  () => 10n ** 20n,
  () => null,
  () => undefined,
  () => ({ list: [], at: new Date(1) }),
  () => ({ list: [new Map([[1, Buffer.from('bytes')]])], at: new Date(2) }),
)
const action = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({ act: fc.constantFrom('set', 'mutate', 'delete'), key: keys, value: values }),
  },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('slice') }) },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constantFrom('capture', 'capture', 'capture', 'captureWhole', 'abort', 'finish'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ act: fc.constant('deleteOldest') }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom('clear', 'resume') }) },
) as fc.Arbitrary<{ act: string; key?: unknown; value?: () => Value }>

type Entries = readonly (readonly [key: unknown, value: Value])[]

const entriesOf = (table: StateTable<Value>): Entries =>
  [...table.cells()].map(({ key, value }) => [key, structured(value)] as const)

/** A copy that later changes do not reach. */
const structured = (value: Value): Value =>
  typeof value === 'object' && value !== null ? { list: value.list.map(copyItem), at: value.at } : value
const copyItem = (item: unknown): unknown => (item instanceof Map ? new Map(item) : item)

async function loaded(blobs: Blobs, refs: readonly BlobRef[]): Promise<StateTable<Value>> {
  const table = new StateTable<Value>()
  await table.load({ segments: blobs.of(refs), accepts: () => true, refs }, new SteppingClock(0.7))
  return table
}

function same(actual: Entries, expected: Entries): void {
  assert.equal(
    actual.map(([key]) => canonicalKey(key)),
    expected.map(([key]) => canonicalKey(key)),
    'keys, in order',
  )
  actual.forEach(([key, value], i) => {
    const wanted = expected[i]![1]
    if (typeof wanted !== 'object' || wanted === null) assert.ok(Object.is(value, wanted), canonicalKey(key))
    else assert.equal(value, wanted)
  })
}

/** A table, the capture that is being written, and what the table held at its barrier. */
class Scenario {
  table = new StateTable<Value>()
  readonly blobs = new Blobs()
  readonly #clock: SteppingClock
  #capture: TableCapture<Value> | null = null
  #written: BlobRef[] = []
  #atBarrier: Entries = []
  #saved: { readonly refs: readonly BlobRef[]; readonly entries: Entries } = { refs: [], entries: [] }
  #changes = 0

  constructor(step: number) {
    this.#clock = new SteppingClock(step)
  }

  /** Many keys, which a checkpoint has. */
  async fill(): Promise<void> {
    for (let i = 0; i < 60; i++) {
      this.table.set(i, i % 2 === 0 ? i : { list: [i], at: new Date(i) })
      if (i % 3 === 0) this.table.set([i], i)
    }
    await this.act({ act: 'capture' })
    await this.finish()
  }

  async act({ act, key, value }: { act: string; key?: unknown; value?: () => Value }): Promise<void> {
    const { table } = this
    switch (act) {
      case 'set':
        table.set(key, value!())
        return
      case 'mutate': {
        const cell = table.cell(key)
        if (cell === undefined) return
        if (cell.epoch !== table.epoch) table.touch(cell)
        if (typeof cell.value === 'object' && cell.value !== null) cell.value.list.push(++this.#changes)
        else cell.value = ++this.#changes
        return
      }
      case 'delete':
        table.delete(key)
        return
      case 'deleteOldest':
        for (const cell of table.cells()) {
          table.delete(cell.key)
          return
        }
        return
      case 'clear':
        table.clear()
        return
      case 'capture':
      case 'captureWhole':
        this.#atBarrier = entriesOf(table)
        this.#capture = table.capture(act === 'captureWhole', this.#clock)
        this.#written = []
        return
      case 'slice': {
        const slice = this.#capture?.next()
        if (slice !== undefined && slice !== null && slice.length > 0)
          this.#written.push(this.blobs.add(slice))
        return
      }
      case 'abort':
        this.#capture?.abort()
        this.#capture = null
        return
      case 'finish':
        await this.finish()
        return
      case 'resume':
        // The process dies: what was not saved is gone.
        this.#capture = null
        this.table = await loaded(this.blobs, this.#saved.refs)
        same(entriesOf(this.table), this.#saved.entries)
    }
  }

  async finish(): Promise<void> {
    if (this.#capture === null) return
    const refs = finish(this.#capture, this.blobs, this.#written)
    this.#capture = null
    this.#saved = { refs, entries: this.#atBarrier }
    same(entriesOf(await loaded(this.blobs, refs)), this.#atBarrier)
  }
}

suite('StateTable, captured while it changes', (test) => {
  test(
    'a new table holds what the old one held at the barrier, in its order',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(action, { maxLength: 120 }),
          fc.constantFrom(0, 0.1, 0.3, 2),
          fc.boolean(),
          async (actions, step, filled) => {
            const scenario = new Scenario(step)
            if (filled) await scenario.fill()
            for (const each of actions) await scenario.act(each)
            await scenario.finish()
            await scenario.act({ act: 'capture' })
            await scenario.finish()
          },
        ),
        { numRuns: 400 },
      )
    },
  )
})
