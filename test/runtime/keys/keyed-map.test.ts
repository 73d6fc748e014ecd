import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { canonicalKey } from '../../../src/runtime/keys/key-hash.ts'
import { KeyedMap } from '../../../src/runtime/keys/keyed-map.ts'
import { suite } from '../../support/suite.ts'

/** Few keys, so that they meet; several objects for the same value. */
const key = fc.constantFrom<(() => unknown)[]>(
  () => 0,
  () => -0,
  () => NaN,
  () => '',
  () => '0',
  () => null,
  () => undefined,
  () => false,
  () => 1n,
  () => Symbol.for('key'),
  () => [],
  () => [1, [2]],
  () => ({}),
  () => ({ a: 1, b: 2 }),
  () => ({ b: 2, a: 1 }),
  () => new Date(0),
)
const action = fc.record({
  act: fc.constantFrom('set', 'set', 'set', 'delete', 'get', 'clear'),
  key,
  value: fc.option(fc.nat(), { nil: undefined }),
})

/** A map by text: what a KeyedMap must be indistinguishable from. */
class Oracle {
  readonly entries = new Map<string, [key: unknown, value: unknown]>()

  set(key: unknown, value: unknown): void {
    const entry = this.entries.get(canonicalKey(key))
    if (entry === undefined) this.entries.set(canonicalKey(key), [key === 0 ? 0 : key, value])
    else entry[1] = value
  }
}

const structured = (key: unknown): boolean => typeof key === 'object' && key !== null

suite('KeyedMap', (test) => {
  test('does what a map by value does', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const map = new KeyedMap<unknown>()
        const oracle = new Oracle()
        for (const { act, key: make, value } of actions) {
          const known = oracle.entries.get(canonicalKey(make()))
          assert.is(map.has(make()), known !== undefined)
          assert.is(map.get(make()), known?.[1])
          if (act === 'set') {
            const k = make()
            map.set(k, value)
            oracle.set(k, value)
          } else if (act === 'delete') {
            assert.is(map.delete(make()), oracle.entries.delete(canonicalKey(make())))
          } else if (act === 'clear') {
            map.clear()
            oracle.entries.clear()
          }
          const entries = [...oracle.entries.values()]
          assert.is(map.size, entries.length)
          const inOrder = [
            ...entries.filter(([k]) => !structured(k)),
            ...entries.filter(([k]) => structured(k)),
          ]
          const given = [...map.entries()]
          assert.equal(given, inOrder)
          given.forEach(([k], i) =>
            assert.ok(Object.is(k, inOrder[i]![0]), 'a key comes out as it first went in'),
          )
        }
      }),
    )
  })

  test('may lose entries while they are read, and be written to', () => {
    const map = new KeyedMap<number>()
    for (const k of [1, [1], 2, [2], 3]) map.set(k, 0)
    const seen: unknown[] = []
    for (const [k] of map.entries()) {
      seen.push(k)
      map.delete(k)
      if (k === 1) map.delete(2)
      if (k === 3) map.set([3], 0)
    }
    assert.equal(seen, [1, 3, [1], [2], [3]])
    assert.is(map.size, 0)
  })

  test('refuses what cannot be a key', () => {
    const map = new KeyedMap<number>()
    assert.throws(() => map.set(new Map(), 1), /Map/)
    assert.is(map.size, 0)
    map.set([1], 1)
    for (const act of ['get', 'has', 'delete'] as const) assert.throws(() => map[act](new Set()), /Set/)
  })
})
