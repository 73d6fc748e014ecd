import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { EngineError } from '../../../src/errors/cluster-errors.ts'
import { rejectionOf } from '../../job/jobs.ts'
import type { EngineTest } from './engine-contract.ts'
import { bytesOf, noise, same } from './engine-values.ts'

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export function filesContract(test: EngineTest): void {
  test('keeps files of any size, for everybody', async (place) => {
    const [mine, yours] = [await place.connect(), await place.connect()]
    for (const bytes of [new Uint8Array(0), bytesOf('x'), noise(1_048_576, 2), noise(5_000_000, 3)]) {
      const hash = hashOf(bytes)
      assert.is(await yours.files.has(hash), false)
      assert.is(await yours.files.get(hash), null)
      await Promise.all([mine.files.put(hash, bytes), yours.files.put(hash, bytes)])
      await mine.files.put(hash, bytes)
      assert.is(await yours.files.has(hash), true)
      assert.ok(same((await yours.files.get(hash))!, bytes))
    }
  })

  test('takes no bytes that do not have their hash', async (place) => {
    const { files } = await place.connect()
    const hash = hashOf(bytesOf('a'))
    assert.instance(await rejectionOf(files.put(hash, bytesOf('b'))), EngineError)
    assert.is(await files.has(hash), false)
  })

  test('forgets one file', async (place) => {
    const { files } = await place.connect()
    const [a, b] = [noise(2_000_000, 4), bytesOf('b')]
    await files.put(hashOf(a), a)
    await files.put(hashOf(b), b)
    await files.delete(hashOf(a))
    await files.delete(hashOf(a))
    assert.is(await files.get(hashOf(a)), null)
    assert.is(await files.has(hashOf(b)), true)
    await files.put(hashOf(a), a)
    assert.ok(same((await files.get(hashOf(a)))!, a))
  })
}
