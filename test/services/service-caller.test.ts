import { inspect } from 'node:util'
import { expectTypeOf } from 'expect-type'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { hosting, rejection, running, thrown } from './hosting.ts'

class Registry {
  readonly size = 1
  start(): void {}
  lookup(name: string): number {
    return name.length
  }
  async fetch(name: string, _retries?: number): Promise<string> {
    return Promise.resolve(name)
  }
}

suite('service proxies', (test) => {
  test('turn every method into a call, typed', async () => {
    const { host } = await running({ registry: Registry })
    const caller = host.caller<{ registry: Registry }>({ name: 'op' })
    const registry = caller.service('registry')
    expectTypeOf(registry.lookup).toEqualTypeOf<(name: string) => Promise<number>>()
    expectTypeOf(registry).not.toHaveProperty('size')
    expectTypeOf(registry).not.toHaveProperty('start')
    // @ts-expect-error there is no such service
    thrown(() => caller.service('other'))
    assert.is(await registry.lookup('four'), 4)
    assert.is(await registry.fetch('x', 2), 'x')
    const { lookup } = registry
    assert.is(await lookup('detached'), 8)
    await host.stop()
  })

  test('are made once per caller and name', () => {
    const { host, op } = hosting({ a: {}, b: {} })
    assert.is(op.service('a'), op.service('a'))
    assert.is.not(op.service('a'), op.service('b'))
    assert.is.not(op.service('a'), host.caller({ name: 'op' }).service('a'))
  })

  test('of a service that is not registered are refused at once, naming those that are', () => {
    const { op } = hosting({ registry: {}, store: {} })
    const error = thrown(() => op.service('regstry'))
    assert.is(error.code, 'ERR_SERVICE_UNAVAILABLE')
    assert.match(error.message, 'there is no service named "regstry"')
    assert.match(error.message, 'operator: op')
    assert.match(error.remedy ?? '', 'registry, store')
    assert.match(thrown(() => hosting({}).op.service('a')).remedy ?? '', "env.registerService('a', ...)")
  })

  test('can be had before the service is up', async () => {
    const { host, op } = hosting({ a: { ping: () => 1 } })
    const proxy = op.service('a')
    const early = await rejection(proxy['ping']!())
    assert.match(early.message, 'service "a" cannot answer "ping": it has not started yet')
    await host.start()
    assert.is(await proxy['ping']!(), 1)
    await host.stop()
  })

  test('survive await, inspection, serialisation and comparison', async () => {
    const { host, op } = await running({ a: { toJSON: () => 'never' } })
    const proxy = op.service('a')
    assert.is(await (proxy as unknown), proxy)
    assert.is(inspect(proxy), 'ServiceProxy(a)')
    assert.is(inspect({ proxy }), '{ proxy: ServiceProxy(a) }')
    assert.is(JSON.stringify({ proxy }), '{"proxy":{}}')
    assert.is(`${proxy as unknown as string}`, '[object Object]')
    assert.equal(Object.keys(proxy), [])
    assert.throws(() => Object.assign(proxy, { ping: 1 }))
    assert.is(await op.callService('a', 'toJSON'), 'never')
    await host.stop()
  })

  test('reject for a method that is missing or a hook', async () => {
    const { host, op } = await running({ registry: Registry })
    const proxy = op.service('registry')
    for (const method of ['lokup', 'size', 'start']) {
      assert.is((await rejection(proxy[method]!())).code, 'ERR_SERVICE_UNAVAILABLE')
    }
    await host.stop()
  })
})
