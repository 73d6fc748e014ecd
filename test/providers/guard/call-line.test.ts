import * as assert from 'uvu/assert'
import { ProviderBusyError } from '../../../src/errors/provider-errors.ts'
import { CallLine } from '../../../src/providers/guard/call-line.ts'
import { rejectionOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { rest } from '../../support/turns.ts'

const { signal } = new AbortController()

suite('the line of calls to a provider', (test) => {
  test('lets so many in, and the others in the order in which they came', async () => {
    const line = new CallLine({ provider: 'p', concurrency: 2, waiting: 10 })
    const entered: number[] = []
    for (let i = 0; i < 5; i++) void line.enter([signal], false).then(() => entered.push(i))
    await rest()
    assert.equal(entered, [0, 1])
    assert.is(line.waiting, 3)
    line.leave()
    await rest()
    assert.equal(entered, [0, 1, 2])
    for (let i = 0; i < 4; i++) line.leave()
    await rest()
    assert.equal(entered, [0, 1, 2, 3, 4])
    assert.equal([line.running, line.waiting], [0, 0])
  })

  test('refuses one more than may wait, and says so', async () => {
    const line = new CallLine({ provider: 'p', concurrency: 1, waiting: 1 })
    await line.enter([signal], false)
    void line.enter([signal], false)
    const error = await rejectionOf(line.enter([signal], false))
    assert.instance(error, ProviderBusyError)
    assert.match((error as Error).message, "1 calls to the provider 'p' are under way and 1 wait")
    assert.match((error as Error).message, 'raise `concurrency`')
  })

  test('lets urgent ones overtake, also when it is full', async () => {
    const line = new CallLine({ provider: 'p', concurrency: 1, waiting: 1 })
    await line.enter([signal], false)
    const entered: string[] = []
    void line.enter([signal], false).then(() => entered.push('usual'))
    void line.enter([signal], true).then(() => entered.push('urgent'))
    line.leave()
    await rest()
    assert.equal(entered, ['urgent'])
  })

  test('is left by who is aborted, with the reason, and without a listener', async () => {
    const line = new CallLine({ provider: 'p', concurrency: 1, waiting: 5 })
    await line.enter([signal], false)
    const control = new AbortController()
    const waiting = rejectionOf(line.enter([signal, control.signal], false))
    let next = false
    void line.enter([signal], false).then(() => (next = true))
    control.abort(new Error('enough'))
    assert.is(await waiting, control.signal.reason)
    assert.is(line.waiting, 1)
    line.leave()
    await rest()
    assert.ok(next)
    assert.is(await rejectionOf(line.enter([control.signal], false)), control.signal.reason)
    assert.is(line.running, 1)
  })
})
