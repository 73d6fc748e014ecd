import { runInThisContext } from 'node:vm'
import { expectTypeOf } from 'expect-type'
import * as assert from 'uvu/assert'
import { isClass, type ServiceSource } from '../../src/services/service-source.ts'
import { suite } from '../support/suite.ts'

/** Source text as it is, which the loader of the tests would rewrite. */
const evaluate = (text: string): unknown => runInThisContext(`(${text})`)

function OldStyle(): void {}
OldStyle.prototype.lookup = () => 1

const classes: Record<string, unknown> = {
  'a class': class Registry {},
  'an anonymous class': class {},
  'a derived class': class extends Map<string, string> {},
  'a class with statics only': class {
    static concurrency = 1
  },
  'a minified class': evaluate('class{lookup(){}}'),
  'a class behind a comment': evaluate('class/**/A{}'),
  'a constructor function with methods': OldStyle,
  'a built-in class': Map,
  'a class behind a Proxy': new Proxy(
    class {
      lookup(): void {}
    },
    {},
  ),
}

const classy = (): object => ({})
const class$ = (): object => ({})

const factories: Record<string, unknown> = {
  'an arrow function': () => ({}),
  'an async arrow function': () => Promise.resolve({}),
  'a function': function make() {
    return {}
  },
  'an async function': async function make() {
    await Promise.resolve()
    return {}
  },
  'a method named class': { class: () => ({}) }.class,
  'a shorthand method named class': (evaluate('{ class() {} }') as { class: unknown }).class,
  'an arrow whose parameter begins with class': evaluate('classy => classy'),
  'an arrow whose parameter begins with class$': evaluate('class$ => class$'),
  'a function named classy': classy,
  'a function named class$': class$,
  'a bound class': class {}.bind(undefined),
}

suite('isClass', (test) => {
  for (const [what, source] of Object.entries(classes)) {
    test(`takes ${what} for a class`, () => assert.is(isClass(source), true))
  }
  for (const [what, source] of Object.entries(factories)) {
    test(`takes ${what} for a factory`, () => assert.is(isClass(source), false))
  }
  test('takes nothing else for a class', () => {
    for (const value of [undefined, null, 0, 'class A {}', {}, []]) assert.is(isClass(value), false)
  })
})

class Store {
  readonly #url: string
  constructor(url: string, _options?: { readonly size: number }) {
    this.#url = url
  }
  get(key: string): number {
    return key.length + this.#url.length
  }
}

declare function registerService<N extends string, T extends object, A extends unknown[]>(
  name: N,
  source: ServiceSource<T, A>,
  ...args: A
): Record<N, T>

suite('ServiceSource', (test) => {
  test('infers the service and its arguments', () => {
    const types = (): void => {
      expectTypeOf(registerService('store', Store, 'url')).toEqualTypeOf<Record<'store', Store>>()
      expectTypeOf(registerService('store', Store, 'url', { size: 1 })).toEqualTypeOf<
        Record<'store', Store>
      >()
      expectTypeOf(registerService('store', { class: Store, concurrency: 4 }, 'url')).toEqualTypeOf<
        Record<'store', Store>
      >()
      expectTypeOf(registerService('store', (url: string) => new Store(url), 'url')).toEqualTypeOf<
        Record<'store', Store>
      >()
      expectTypeOf(
        registerService('store', async (url: string) => Promise.resolve(new Store(url)), 'url'),
      ).toEqualTypeOf<Record<'store', Store>>()
      expectTypeOf(registerService('store', { factory: () => new Store('url') })).toEqualTypeOf<
        Record<'store', Store>
      >()
      // @ts-expect-error an argument is missing
      registerService('store', Store)
      // @ts-expect-error an argument of the wrong type
      registerService('store', Store, 1)
      // @ts-expect-error one argument too many
      registerService('store', () => new Store('url'), 'url')
      // @ts-expect-error an object is neither a class nor a factory
      registerService('store', new Store('url'))
    }
    assert.type(types, 'function')
  })
})
