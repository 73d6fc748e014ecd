import * as assert from 'uvu/assert'
import { INVOKE, type InvokableService } from '../../src/services/invokable-service.ts'
import { suite } from '../support/suite.ts'
import { gate, rejection, running } from './hosting.ts'

suite('services that are not ordinary objects', (test) => {
  test('answer every method through one function, hooks excepted', async () => {
    const seen: unknown[] = []
    let signal: AbortSignal | undefined
    const service: InvokableService & { stop(): void } = {
      [INVOKE]: (method, args, options) => {
        seen.push([method, ...args])
        signal = options.signal
        return method === 'hang' ? gate().promise : Promise.resolve(method)
      },
      stop: () => void seen.push('stopped'),
    }
    const { host, op, clock } = await running({ remote: service })
    assert.is(await op.service('remote')['anything']!(1, 2), 'anything')
    assert.is((await rejection(op.callService('remote', 'stop'))).code, 'ERR_SERVICE_UNAVAILABLE')
    const late = rejection(op.callService('remote', 'hang', [], { timeout: 5 }))
    await clock.advance(5)
    assert.is(signal?.reason, await late)
    await host.stop()
    assert.equal(seen, [['anything', 1, 2], ['hang'], 'stopped'])
  })

  test('may have a method called invoke, or call', async () => {
    const { host, op } = await running({ a: { invoke: (x: number) => x + 1, call: (x: number) => x * 2 } })
    assert.is(await op.service('a')['invoke']!(4), 5)
    assert.is(await op.service('a')['call']!(4), 8)
    await host.stop()
  })
})
