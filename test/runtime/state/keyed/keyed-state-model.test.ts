import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  listState,
  mapState,
  reducingState,
  type StateHandles,
  type StateTtl,
  valueState,
} from '../../../../src/functions/state-descriptors.ts'
import { declareState } from '../../../../src/runtime/state/keyed/declared-state.ts'
import type { TableOptions } from '../../../../src/runtime/state/stage-state.ts'
import type { StateCell, StateTable } from '../../../../src/runtime/state/state-table.ts'
import { StateClock } from '../../../../src/runtime/state/keyed/time-to-live.ts'
import { type Snapshot, TestState } from '../../operators/support/test-state.ts'
import { suite } from '../../../support/suite.ts'

const describe = (ttl: StateTtl | undefined) => {
  const options = ttl === undefined ? {} : { ttl }
  return {
    value: valueState<{ n: number }>(undefined, options),
    list: listState<number>(options),
    map: mapState<number, number>(options),
    sum: reducingState<number>((a, b) => a + b, options),
  }
}

/** What the state ought to do: nothing is ever removed for its age, and what is too old is not shown. */
class Model {
  readonly #ttl: StateTtl | undefined
  #kept: { readonly state: string; readonly name: unknown; value: unknown; at: number }[] = []

  constructor(ttl: StateTtl | undefined) {
    this.#ttl = ttl
  }

  /** What is seen of a state, or of one name in it. Looking may refresh it. */
  read(now: number, state: string, name?: unknown): [name: unknown, value: unknown][] {
    const seen = this.#kept.filter(
      (kept) =>
        kept.state === state && (name === undefined || kept.name === name) && !this.#gone(kept.at, now),
    )
    if (this.#ttl?.refresh === 'read') for (const kept of seen) kept.at = Math.max(kept.at, now)
    return seen.map((kept) => [kept.name, kept.value])
  }

  /** Looks without refreshing. */
  count(now: number, state: string): number {
    return this.#kept.filter((kept) => kept.state === state && !this.#gone(kept.at, now)).length
  }

  write(now: number, state: string, name: unknown, value: unknown): void {
    const old = this.#kept.find((kept) => kept.state === state && kept.name === name)
    if (old === undefined) this.#kept.push({ state, name, value, at: now })
    else Object.assign(old, { value, at: Math.max(old.at, now) })
  }

  drop(state: string, name?: unknown): void {
    this.#kept = this.#kept.filter(
      (kept) => kept.state !== state || (name !== undefined && kept.name !== name),
    )
  }

  #gone(at: number, now: number): boolean {
    return this.#ttl !== undefined && at + this.#ttl.ms <= now
  }
}

/** Sees to it that nothing is changed after a capture without being touched: it would be missing in the next. */
class WatchedState extends TestState {
  readonly #watched: StateTable<unknown>[] = []
  readonly #captured = new Map<StateCell<unknown>, { readonly epoch: number; readonly value: unknown }>()

  override table<V>(name: string, options?: TableOptions): StateTable<V> {
    const table = super.table<V>(name, options)
    this.#watched.push(table)
    return table
  }

  override capture(): Snapshot {
    const snapshot = super.capture()
    this.#captured.clear()
    for (const table of this.#watched) {
      for (const cell of table.cells())
        this.#captured.set(cell, { epoch: cell.epoch, value: structuredClone(cell.value) })
    }
    return snapshot
  }

  verify(): void {
    for (const [cell, { epoch, value }] of this.#captured) {
      if (cell.epoch === epoch) assert.equal(cell.value, value)
    }
  }
}

const operations = [
  ...['value.get', 'value.set', 'value.update', 'value.clear'],
  ...['list.get', 'list.size', 'list.add', 'list.add', 'list.update', 'list.clear'],
  ...['map.get', 'map.set', 'map.set', 'map.delete', 'map.entries', 'map.size', 'map.has'],
  ...['sum.get', 'sum.add', 'sum.clear'],
  ...['checkpoint', 'checkpoint', 'restart'],
] as const

const steps = fc.array(
  fc.record({
    operation: fc.constantFrom(...operations),
    key: fc.constantFrom<unknown>('a', ['a', 1]),
    name: fc.integer({ min: 0, max: 2 }),
    n: fc.nat(9),
    /** Time that passes before, and how far the record is behind it. */
    passes: fc.integer({ min: 0, max: 6 }),
    behind: fc.integer({ min: 0, max: 4 }),
  }),
  { maxLength: 150, size: 'max' },
)
const lives = fc.option(
  fc.record({
    ms: fc.integer({ min: 1, max: 20 }),
    time: fc.constantFrom('event' as const, 'processing' as const),
    refresh: fc.constantFrom('write' as const, 'read' as const),
  }),
  { nil: undefined },
)

suite('keyed state against a model', (test) => {
  test('any program sees what it ought to, over captures and restarts', { timeout: 60_000 }, async () => {
    const run = fc.asyncProperty(steps, lives, async (program, ttl) => {
      let wall = 100
      const call = { key: undefined as unknown, time: NaN, overdue: false, now: () => wall }
      const clock = new StateClock()
      const descriptors = describe(ttl)
      const create = async (from?: Snapshot) => {
        const saved = new WatchedState(from)
        const state = declareState(descriptors, saved, clock, () => wall)(call)
        await saved.load()
        return { saved, state: state as StateHandles<typeof descriptors> }
      }
      let { saved, state } = await create()
      const models = new Map<unknown, Model>()
      let items = 0
      for (const { operation, key, name, n, passes, behind } of program) {
        wall += passes
        // Records are at most 4 behind.
        clock.moveTo(wall - 4)
        call.key = key
        call.time = wall - behind
        const now = ttl?.time === 'processing' ? wall : call.time
        const model = models.get(key) ?? new Model(ttl)
        models.set(key, model)
        const one = (of: string, named: unknown): unknown => model.read(now, of, named)[0]?.[1]
        const addItem = (): void => model.write(now, 'list', `item ${items++}`, n)
        switch (operation) {
          case 'value.get':
            assert.equal(state.value.get(), one('value', 0))
            break
          case 'value.set':
            state.value.set({ n })
            model.write(now, 'value', 0, { n })
            break
          case 'value.update': {
            const old = one('value', 0) as { n: number } | undefined
            state.value.update((draft) => {
              if (draft === undefined) return { n }
              draft.n += n
              return draft
            })
            model.write(now, 'value', 0, { n: (old?.n ?? 0) + n })
            break
          }
          case 'list.get':
            assert.equal(
              state.list.get(),
              model.read(now, 'list').map(([, value]) => value),
            )
            break
          case 'list.size':
            assert.is(state.list.size, model.count(now, 'list'))
            break
          case 'list.add':
            state.list.add(n)
            addItem()
            break
          case 'list.update':
            state.list.update([n, n])
            model.drop('list')
            addItem()
            addItem()
            break
          case 'map.get':
            assert.is(state.map.get(name), one('map', name))
            break
          case 'map.has':
            assert.is(state.map.has(name), one('map', name) !== undefined)
            break
          case 'map.size':
            assert.is(state.map.size, model.count(now, 'map'))
            break
          case 'map.entries':
            assert.equal([...state.map.entries()].sort(), model.read(now, 'map').sort())
            break
          case 'map.set':
            state.map.set(name, n)
            model.write(now, 'map', name, n)
            break
          case 'map.delete':
            assert.is(state.map.delete(name), one('map', name) !== undefined)
            model.drop('map', name)
            break
          case 'sum.get':
            assert.is(state.sum.get(), one('sum', 0))
            break
          case 'sum.add':
            state.sum.add(n)
            model.write(now, 'sum', 0, ((one('sum', 0) as number | undefined) ?? 0) + n)
            break
          case 'value.clear':
            state.value.clear()
            model.drop('value')
            break
          case 'list.clear':
            state.list.clear()
            model.drop('list')
            break
          case 'sum.clear':
            state.sum.clear()
            model.drop('sum')
            break
          case 'checkpoint':
            saved.capture()
            break
          case 'restart':
            ;({ saved, state } = await create(saved.capture()))
            break
        }
        saved.verify()
      }
    })
    await fc.assert(run, { numRuns: 300 })
  })
})
