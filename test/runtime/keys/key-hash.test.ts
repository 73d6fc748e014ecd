import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  canonicalKey,
  checkKey,
  hashKey,
  KEY_GROUPS,
  keyGroupOf,
  subtaskOf,
} from '../../../src/runtime/keys/key-hash.ts'
import { suite } from '../../support/suite.ts'

const primitive = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.bigInt(),
  fc.constantFrom(null, undefined, 0, -0, NaN, ''),
)
const { tree: key } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    primitive,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4 }),
    fc.date(),
  ),
}))

/** The same by value, but made of other objects, with properties the other way round, and 0 for -0. */
const rebuilt = (value: unknown): unknown => {
  if (value instanceof Date) return new Date(value.getTime())
  if (Array.isArray(value)) return value.map(rebuilt)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, part]) => [name, rebuilt(part)]),
    )
  }
  return value === 0 ? -(value as number) : value
}

const messageOf = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    assert.instance(error, TypeError)
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}

suite('canonicalKey', (test) => {
  test('is equal for equal values, and never for others', () => {
    fc.assert(fc.property(key, (a) => assert.is(canonicalKey(rebuilt(a)), canonicalKey(a))))
    const different = [
      ...[
        0,
        1,
        NaN,
        Infinity,
        '',
        '0',
        'NaN',
        'null',
        'undefined',
        'true',
        '@"a"',
        '1n',
        1n,
        null,
        undefined,
      ],
      ...[
        true,
        false,
        [],
        [[]],
        [0],
        ['0'],
        [undefined],
        [null],
        [1, 2],
        [2, 1],
        ['1,2'],
        [[1], 2],
        {},
        [{}],
      ],
      ...[
        { a: 1 },
        { a: '1' },
        { b: 1 },
        { a: undefined },
        { a: 1, b: 2 },
        { a: { b: 1 } },
        { 'a":1,"b': 1 },
      ],
      ...[new Date(0), new Date(1), new Date(NaN), Symbol.for('a'), Symbol.for('b')],
    ]
    assert.is(new Set(different.map(canonicalKey)).size, different.length)
  })

  test('takes a gap in an array for undefined, as reading it does', () => {
    assert.is(canonicalKey([,]), canonicalKey([undefined]))
    assert.is.not(canonicalKey(new Array(2)), canonicalKey(new Array(1)))
  })

  test('orders properties, however they were added, and looks at their own only', () => {
    assert.is(canonicalKey({ b: [1, { d: 4, c: 3 }], a: 0 }), '{"a":0,"b":[1,{"c":3,"d":4}]}')
    assert.is(canonicalKey(Object.assign(Object.create(null), { a: 1 })), '{"a":1}')
    assert.is(canonicalKey({ 10: 1, 9: 2, ä: 3 }), '{"10":1,"9":2,"ä":3}')
  })

  test('refuses what is not a value, and says what', () => {
    class Point {
      x = 1
    }
    assert.match(
      messageOf(() => canonicalKey(new Point())),
      'An instance of Point cannot be a key',
    )
    assert.match(
      messageOf(() => canonicalKey({ at: [new Map()] })),
      'An instance of Map cannot be a key',
    )
    assert.match(
      messageOf(() => canonicalKey(() => 1)),
      'A function cannot be a key',
    )
    assert.match(
      messageOf(() => canonicalKey([Symbol('a')])),
      'Only symbols of Symbol.for',
    )
    assert.match(
      messageOf(() => canonicalKey(Promise.resolve())),
      'An instance of Promise cannot be a key',
    )
    const nameless: object = Object.create(Object.create(null) as object) as object
    assert.match(
      messageOf(() => canonicalKey(nameless)),
      'cannot be a key: use a primitive',
    )
  })

  test('refuses cycles, not what is there twice, and forgets a key that was refused', () => {
    const cycle: unknown[] = []
    cycle.push({ cycle })
    assert.match(
      messageOf(() => canonicalKey(cycle)),
      'A key must not contain itself.',
    )
    assert.match(
      messageOf(() => canonicalKey(cycle)),
      'A key must not contain itself.',
    )
    const twice = { n: 1 }
    assert.is(canonicalKey([twice, twice]), '[{"n":1},{"n":1}]')
    const hostile = { get bad(): never { throw new RangeError('no') } } // prettier-ignore
    assert.throws(() => canonicalKey(hostile), /no/)
    assert.throws(() => canonicalKey(hostile), /no/)
  })

  test('checkKey takes primitives without a look, and refuses what canonicalKey refuses', () => {
    fc.assert(fc.property(key, (a) => checkKey(a)))
    assert.throws(() => checkKey(() => 1), TypeError)
    assert.throws(() => checkKey([new Set()]), /Set/)
    assert.throws(() => checkKey(Symbol()), /Symbol.for/)
  })
})

suite('hashKey', (test) => {
  test('is equal for equal values', () => {
    fc.assert(fc.property(key, (a) => assert.is(hashKey(rebuilt(a)), hashKey(a))))
  })

  test('is one for every NaN, whatever its bits', () => {
    const bits = new BigUint64Array([
      0x7ff8000000000000n,
      0x7ff8000000000001n,
      0xfff8000000000000n,
      0x7ff4dead00000000n,
    ])
    const hashes = [...new Float64Array(bits.buffer)].map(hashKey)
    assert.equal(
      hashes,
      hashes.map(() => hashKey(NaN)),
    )
  })

  test('stays what it was: state was dealt out by it', () => {
    const keys = ['', 'a', 'millrace', 0, 1, -1, 2 ** 31, 0.5, null, undefined, true, 1n, [1, 'a'], { a: 1 }]
    assert.equal(keys.map(keyGroupOf), PINNED)
  })

  test('tells types apart', () => {
    for (const [a, b] of [
      [1, '1'],
      [null, 'null'],
      [true, 'true'],
      [1, 1n],
      [[], '[]'],
    ] as const)
      // prettier-ignore
      assert.is.not(hashKey(a), hashKey(b), `${String(a)} of two types`)
  })
})

suite('subtaskOf', (test) => {
  test('gives a subtask, the same for the same key', () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 300 }), (a, parallelism) => {
        const subtask = subtaskOf(a, parallelism)
        assert.ok(Number.isInteger(subtask) && subtask >= 0 && subtask < parallelism)
        assert.is(subtaskOf(rebuilt(a), parallelism), subtask)
      }),
    )
  })

  test('gives each subtask its fair share of groups, in one range', () => {
    for (const parallelism of [1, 2, 3, 7, 64, 128]) {
      const owners = Array.from({ length: KEY_GROUPS }, (_, group) =>
        Math.floor((group * parallelism) / KEY_GROUPS),
      )
      assert.equal(
        owners,
        [...owners].sort((a, b) => a - b),
      )
      const shares = Array.from(
        { length: parallelism },
        (_, i) => owners.filter((owner) => owner === i).length,
      )
      assert.ok(Math.max(...shares) - Math.min(...shares) <= 1, `${parallelism}: ${shares.join(' ')}`)
    }
  })

  test('spreads keys of every usual shape', () => {
    const shapes: Record<string, (n: number) => unknown> = {
      counters: (n) => n,
      'even numbers': (n) => n * 2,
      'multiples of 128': (n) => n * 128,
      fractions: (n) => n / 8,
      timestamps: (n) => 1_700_000_000_000 + n * 1000,
      ids: (n) => `user-${n}`,
      padded: (n) => String(n).padStart(12, '0'),
      pairs: (n) => [n % 50, Math.floor(n / 50)],
      objects: (n) => ({ id: n }),
      bigints: (n) => BigInt(n),
    }
    for (const [name, keyOf] of Object.entries(shapes)) {
      const counts = new Array<number>(8).fill(0)
      for (let n = 0; n < 8000; n++) counts[subtaskOf(keyOf(n), 8)]!++
      assert.ok(Math.min(...counts) > 800 && Math.max(...counts) < 1200, `${name}: ${counts.join(' ')}`)
    }
  })
})

/** The groups these keys belong to: a change of them moves the state of every job there is. */
const PINNED = [11, 51, 3, 120, 110, 121, 5, 65, 2, 81, 34, 80, 127, 21]
