import * as assert from 'uvu/assert'
import { toServiceDefinition } from '../../src/services/service-definition.ts'
import type { ServiceSource } from '../../src/services/service-source.ts'
import { suite } from '../support/suite.ts'
import { thrown } from './hosting.ts'

class Registry {
  static concurrency = 3
  readonly args: unknown[]
  constructor(...args: unknown[]) {
    this.args = args
  }
}

const untyped = (source: unknown): ServiceSource<object, []> => source as ServiceSource<object, []>

suite('toServiceDefinition', (test) => {
  test('binds the arguments of a class, and makes a new service for each job', () => {
    const args: unknown[] = ['url', 2]
    const { name, create } = toServiceDefinition('registry', Registry, args)
    args.push('late')
    const first = create()
    const second = create()
    assert.is(name, 'registry')
    assert.instance(first, Registry)
    assert.equal((first as Registry).args, ['url', 2])
    assert.is.not(first, second)
  })

  test('calls a factory with its arguments', async () => {
    const make = (a: number, b: number): Promise<{ sum: number }> => Promise.resolve({ sum: a + b })
    assert.equal(await toServiceDefinition('adder', make, [1, 2]).create(), { sum: 3 })
  })

  test('takes the explicit forms at their word', () => {
    function make(): { readonly made: true } {
      return { made: true }
    }
    make.prototype.member = 1
    assert.equal(toServiceDefinition('made', { factory: make }, []).create(), { made: true })

    const bound = Registry.bind(undefined)
    assert.instance(toServiceDefinition('bound', { class: bound }, []).create(), Registry)
  })

  test('reads the declared limit, the explicit one first', () => {
    assert.is(toServiceDefinition('a', Registry, []).concurrency, 3)
    assert.is(toServiceDefinition('a', { class: Registry }, []).concurrency, 3)
    assert.is(toServiceDefinition('a', { class: Registry, concurrency: 5 }, []).concurrency, 5)
    assert.is(
      toServiceDefinition('a', { factory: () => ({}), concurrency: Infinity }, []).concurrency,
      Infinity,
    )
    assert.not('concurrency' in toServiceDefinition('a', () => ({}), []))
  })

  test('refuses a limit that is none', () => {
    for (const concurrency of [0, -1, 1.5, NaN, '4', null]) {
      const source = untyped({ factory: () => ({}), concurrency })
      const error = thrown(() => toServiceDefinition('db', source, []))
      assert.is(error.code, 'ERR_INVALID_ARGUMENT')
      assert.match(error.message, `the concurrency of service "db" is ${concurrency}`)
    }
  })

  test('refuses a name that is empty or taken', () => {
    for (const name of ['', '  ', undefined, 7]) {
      const error = thrown(() => toServiceDefinition(name as string, () => ({}), []))
      assert.is(error.code, 'ERR_INVALID_ARGUMENT')
      assert.match(error.message, 'a service needs a name')
      assert.ok(error.remedy)
    }
    const error = thrown(() => toServiceDefinition('a', () => ({}), [], ['b', 'a']))
    assert.is(error.code, 'ERR_INVALID_ARGUMENT')
    assert.match(error.message, 'already a service named "a"')
    assert.ok(error.remedy)
  })

  test('refuses what makes nothing', () => {
    for (const source of [
      undefined,
      null,
      1,
      {},
      new Registry(),
      { class: 1 },
      { class: Registry, factory: () => ({}) },
    ]) {
      const error = thrown(() => toServiceDefinition('a', untyped(source), []))
      assert.is(error.code, 'ERR_INVALID_ARGUMENT')
      assert.match(error.remedy ?? '', '() => it')
    }
  })

  test('takes options of a remote service behind the arguments, and beside the source', () => {
    class Shop {
      readonly given: readonly unknown[]
      constructor(name: string, size: number = 1) {
        this.given = [name, size]
      }
    }
    const remote = { remote: true, instances: 2, concurrency: 3, cleanupTimeout: 7 } as const
    const definitions = [
      toServiceDefinition('a', Shop, ['x', 5, remote]),
      toServiceDefinition('a', { class: Shop, ...remote }, ['x', 5]),
      toServiceDefinition('a', (name: string, size: number) => new Shop(name, size), ['x', 5, remote]),
    ]
    for (const { create, remote: settings, concurrency, teardownTimeout } of definitions) {
      assert.equal((create() as Shop).given, ['x', 5])
      assert.equal(
        { ...settings, errors: [] },
        { instances: 2, restarts: 3, heartbeatTimeout: 30_000, errors: [] },
      )
      assert.equal([concurrency, teardownTimeout], [3, 7])
    }
  })

  test('leaves arguments alone that are no such options', () => {
    const any = (...given: unknown[]): object => ({ given })
    const needs = (one: unknown): object => ({ given: [one] })
    const cases: readonly [object, readonly unknown[]][] = [
      [any, [{ remote: true, url: 'http://x' }]],
      [any, [{ remote: 'yes' }]],
      [any, [{ remote: false }]],
      [any, [{ remote: true }, 1]],
      [needs, [{ remote: true }]],
      [{ factory: any }, [{ remote: true }]],
    ]
    for (const [source, args] of cases) {
      const definition = toServiceDefinition('a', untyped(source), args as [])
      assert.is(definition.remote, undefined)
      assert.equal((definition.create() as { given: unknown[] }).given, args)
    }
  })

  test('refuses options of a remote service that can never work', () => {
    for (const [given, message] of [
      [{ remote: 1 }, /^remote of service "a" is 1/],
      [{ instances: 2 }, /^instances of service "a" is 2[^]*remote: true/],
      [{ remote: true, instances: 0 }, /^instances of service "a" is 0/],
      [{ remote: true, restarts: -1 }, /^restarts of service "a" is -1/],
      [{ remote: true, heartbeatTimeout: 0 }, /^heartbeatTimeout of service "a" is 0/],
      [{ remote: true, cleanupTimeout: '1 s' }, /^cleanupTimeout of service "a" is '1 s'/],
      [{ remote: true, errors: RangeError }, /^errors of service "a" is \[/],
    ] as const) {
      const error = thrown(() => toServiceDefinition('a', untyped({ factory: () => ({}), ...given }), []))
      assert.is(error.code, 'ERR_INVALID_ARGUMENT')
      assert.match(error.message, message)
    }
  })
})
