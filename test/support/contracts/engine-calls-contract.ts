import * as assert from 'uvu/assert'
import type { EngineConnection } from '../../../src/cluster/engine/cluster-engine.ts'
import { EngineUnavailableError, NobodyAnsweredError } from '../../../src/errors/cluster-errors.ts'
import { rejectionOf } from '../../job/jobs.ts'
import type { EngineTest } from './engine-contract.ts'
import { bytesOf, textOf } from './engine-values.ts'

/** The engine has heard all that a connection has said. */
const heard = (connection: EngineConnection): Promise<unknown> => connection.records.get('any')

export function callsContract(test: EngineTest): void {
  test('answers a call with what its server says', async (place) => {
    const [mine, yours] = [await place.connect(), await place.connect()]
    mine.calls.serve('echo.twice', async (bytes) => bytesOf(textOf(bytes) + textOf(bytes)))
    await heard(mine)
    assert.is(textOf(await yours.calls.call('echo.twice', bytesOf('ab'), 5_000)), 'abab')
    assert.is(textOf(await mine.calls.call('echo.twice', new Uint8Array(0), 5_000)), '')
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => yours.calls.call('echo.twice', bytesOf(`${i}.`), 5_000)),
    )
    assert.equal(
      answers.map(textOf),
      Array.from({ length: 100 }, (_, i) => `${i}.${i}.`),
    )
  })

  test('says that nobody answers', async (place) => {
    const [mine, yours] = [await place.connect(), await place.connect()]
    assert.instance(await rejectionOf(yours.calls.call('none', bytesOf(''), 5_000)), NobodyAnsweredError)
    let answer!: (bytes: Uint8Array) => void
    const served = mine.calls.serve('slow', () => new Promise((resolve) => (answer = resolve)))
    await heard(mine)
    assert.instance(await rejectionOf(yours.calls.call('slow', bytesOf(''), 50)), NobodyAnsweredError)
    answer(bytesOf('late'))
    await served.close()
  })

  test('gives a call to each that serves it, and takes the first answer', async (place) => {
    const connections = await Promise.all([1, 2, 3].map(() => place.connect()))
    const [mute, quick, caller] = connections as [EngineConnection, EngineConnection, EngineConnection]
    let heardByMute = 0
    mute.calls.serve('work', () => {
      heardByMute++
      return new Promise(() => {})
    })
    quick.calls.serve('work', async (bytes) => bytes)
    await Promise.all(connections.map(heard))
    for (let i = 0; i < 50; i++) {
      assert.is(textOf(await caller.calls.call('work', bytesOf(`${i}`), 5_000)), `${i}`)
    }
    while (heardByMute < 50) await heard(mute)
    assert.is(heardByMute, 50)
  })

  test('answers what is under way when it serves no more', async (place) => {
    const [mine, yours] = [await place.connect(), await place.connect()]
    let finish!: () => void
    let begun!: () => void
    const hasBegun = new Promise<void>((resolve) => (begun = resolve))
    const served = mine.calls.serve('last', async () => {
      begun()
      await new Promise<void>((resolve) => (finish = resolve))
      return bytesOf('done')
    })
    await heard(mine)
    const call = yours.calls.call('last', bytesOf(''), 5_000)
    await hasBegun
    const closed = served.close()
    finish()
    await closed
    assert.is(textOf(await call), 'done')
    assert.instance(await rejectionOf(yours.calls.call('last', bytesOf(''), 5_000)), NobodyAnsweredError)
    await served.close()
  })

  test('rejects what is under way when the connection is closed', async (place) => {
    const [mine, yours] = [await place.connect(), await place.connect()]
    let begun!: () => void
    const hasBegun = new Promise<void>((resolve) => (begun = resolve))
    mine.calls.serve('never', () => {
      begun()
      return new Promise(() => {})
    })
    await heard(mine)
    const call = rejectionOf(yours.calls.call('never', bytesOf(''), 60_000))
    await hasBegun
    await yours.close()
    assert.instance(await call, EngineUnavailableError)
    assert.instance(await rejectionOf(yours.calls.call('never', bytesOf(''), 1_000)), EngineUnavailableError)
    assert.instance(await rejectionOf(yours.records.get('a')), EngineUnavailableError)
    await yours.close()
  })
}
