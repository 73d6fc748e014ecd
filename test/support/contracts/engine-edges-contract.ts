import * as assert from 'uvu/assert'
import { MOST_OUTPUTS } from '../../../src/cluster/engine/job-log.ts'
import { EngineError, EngineUnavailableError } from '../../../src/errors/cluster-errors.ts'
import { rejectionOf } from '../../job/jobs.ts'
import type { EngineTest } from './engine-contract.ts'
import { bytesOf, commitOf, logOf, noise, same, take, textOf } from './engine-values.ts'

export function edgesContract(test: EngineTest): void {
  test('hands over the messages of an end in order, from where it is told', async (place) => {
    const { log } = await logOf(place)
    const claim = await log.claim('r0', 'me')
    await claim.commit(commitOf('1', [['e1.0', 'a'], ['e1.1', 'x'], ['e1.0', 'b']])) // prettier-ignore
    await claim.commit(commitOf('2', [['e1.0', '']]))
    await claim.commit(commitOf('3'))
    await claim.commit(commitOf('4', [['e1.0', 'c'], ['e1', 'y']])) // prettier-ignore
    const reader = log.read('e1.0', 0)
    const messages: [number, string][] = []
    while (messages.length < 4) {
      for (const { number, bytes } of await reader.next()) messages.push([number, textOf(bytes)])
    }
    assert.equal(
      messages.map(([, text]) => text),
      ['a', 'b', '', 'c'],
    )
    const numbers = messages.map(([number]) => number)
    assert.ok(numbers.every((number, i) => number > (numbers[i - 1] ?? 0)))
    const later = log.read('e1.0', numbers[1]!)
    assert.equal(await take(later, 2), ['', 'c'])
    assert.equal(await take(log.read('e1', 0), 1), ['y'])
    assert.equal(await take(log.read('e1.1', 0), 1), ['x'])
  })

  test('waits for what comes, and rejects with what it was closed with', async (place) => {
    const { log } = await logOf(place)
    const reader = log.read('e1.0', 0)
    const first = take(reader, 1)
    const claim = await log.claim('r0', 'me')
    await claim.commit(commitOf('1', [['e1.0', 'a']]))
    assert.equal(await first, ['a'])
    const waiting = rejectionOf(reader.next())
    const reason = new Error('enough')
    await reader.close(reason)
    assert.is(await waiting, reason)
    assert.is(await rejectionOf(reader.next()), reason)
    await reader.close(new Error('again'))
    assert.is(await rejectionOf(reader.next()), reason)
  })

  test('rejects what reads when the connection is closed', async (place) => {
    const { log, connection } = await logOf(place)
    const reader = log.read('e1.0', 0)
    const waiting = rejectionOf(reader.next())
    await connection.close()
    assert.instance(await waiting, EngineUnavailableError)
    assert.instance(await rejectionOf(log.claim('r0', 'me')), EngineUnavailableError)
    await reader.close(new Error('over'))
  })

  test('carries as many outputs in a commit as there may be', async (place) => {
    const { log } = await logOf(place)
    const claim = await log.claim('r0', 'me')
    const outputs = Array.from({ length: MOST_OUTPUTS }, (_, i) => ({
      end: `e1.${i % 7}`,
      bytes: bytesOf(`${i}`),
    }))
    const blobs = Array.from({ length: 150 }, (_, i) => ({ name: `b${i}`, bytes: noise(1_000, i) }))
    await claim.commit(commitOf('1', [], { outputs, blobs }))
    const texts = await take(log.read('e1.3', 0), 129)
    assert.equal(texts, Array.from({ length: 129 }, (_, i) => `${i * 7 + 3}`)) // prettier-ignore
    assert.ok(same(await claim.blob('b149'), noise(1_000, 149)))
    const tooMany = commitOf('2', [], { outputs: [...outputs, outputs[0]!] })
    assert.instance(await rejectionOf(claim.commit(tooMany)), EngineError)
  })

  test('carries outputs of any size, among others', async (place) => {
    const { log } = await logOf(place)
    const claim = await log.claim('r0', 'me')
    const sizes = [10, 5_000_000, 0, 1_048_576, 1_000_000, 3_000_000, 1]
    const outputs = sizes.map((size, i) => ({ end: 'e1.0', bytes: noise(size, i) }))
    await claim.commit(commitOf('1', [], { outputs }))
    const reader = log.read('e1.0', 0)
    const found: Uint8Array[] = []
    let last = 0
    while (found.length < sizes.length) {
      for (const { number, bytes } of await reader.next()) {
        found.push(bytes)
        last = number
      }
    }
    assert.ok(found.every((bytes, i) => same(bytes, outputs[i]!.bytes)))
    await log.trim('e1.0', last)
    assert.equal([...(await log.backlog())], [])
  })

  test('shows nobody what is staged before it is committed', async (place) => {
    const { log } = await logOf(place)
    const claim = await log.claim('r0', 'me')
    const staged = [
      await claim.stage({ end: 'e1.0', bytes: bytesOf('small') }),
      await claim.stage({ end: 'e1.0', bytes: noise(2_000_000, 1) }),
    ]
    assert.equal([...(await log.backlog())], [])
    const outputs = [{ end: 'e1.0', bytes: bytesOf('first') }, ...staged]
    await claim.commit(commitOf('1', [], { outputs }))
    const reader = log.read('e1.0', 0)
    assert.equal(await take(reader, 2), ['first', 'small'])
    assert.ok(same((await reader.next())[0]!.bytes, noise(2_000_000, 1)))
    assert.equal([...(await log.backlog())], [['e1.0', 3]])
  })

  test('lets go of messages up to one', async (place) => {
    const { log } = await logOf(place)
    const claim = await log.claim('r0', 'me')
    for (let i = 0; i < 5; i++) {
      await claim.commit(commitOf('x', [['e1.0', `a${i}`], ['e1.1', `b${i}`], ['e2.0', 'c']])) // prettier-ignore
    }
    const reader = log.read('e1.0', 0)
    const numbers: number[] = []
    while (numbers.length < 5) for (const { number } of await reader.next()) numbers.push(number)
    await log.trim('e1.0', numbers[2]!)
    await log.trim('e1.0', numbers[1]!)
    await log.trim('e3.0', numbers[4]!)
    assert.equal(new Map(await log.backlog()), new Map([['e1.0', 2], ['e1.1', 5], ['e2.0', 5]])) // prettier-ignore
    assert.equal(await take(log.read('e1.0', numbers[2]!), 2), ['a3', 'a4'])
    // From the first that is there.
    assert.equal(await take(log.read('e1.0', 0), 2), ['a3', 'a4'])
    await log.trim('e1.0', numbers[4]!)
    await claim.commit(commitOf('x', [['e1.0', 'a5']]))
    assert.equal(await take(reader, 1), ['a5'])
  })

  test('keeps what it reads ahead within bounds, and reads on', async (place) => {
    const { log } = await logOf(place)
    const claim = await log.claim('r0', 'me')
    const outputs = Array.from({ length: 40 }, (_, i) => ({ end: 'e1.0', bytes: noise(200_000, i) }))
    await claim.commit(commitOf('1', [], { outputs }))
    const reader = log.read('e1.0', 0)
    let count = 0
    while (count < 40) {
      const messages = await reader.next()
      const size = messages.reduce((sum, { bytes }) => sum + bytes.length, 0)
      assert.ok(size <= 3_000_000, `${size} bytes at once`)
      for (const { bytes } of messages) assert.ok(same(bytes, outputs[count++]!.bytes))
    }
  })
}
