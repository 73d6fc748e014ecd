import * as assert from 'uvu/assert'
import type { EngineTest } from './engine-contract.ts'
import { bytesOf, noise, same, textOf } from './engine-values.ts'

export function recordsContract(test: EngineTest): void {
  test('what was written is there for everybody, with every byte', async (place) => {
    const [mine, yours] = [await place.connect(), await place.connect()]
    const values = [new Uint8Array(0), Uint8Array.from({ length: 256 }, (_, i) => i), noise(100_000, 1)]
    for (const [i, value] of values.entries()) {
      const revision = await mine.records.put(`key.${i}`, value, 0)
      const found = await yours.records.get(`key.${i}`)
      assert.is(found?.revision, revision)
      assert.is(found?.key, `key.${i}`)
      assert.ok(same(found!.value, value))
    }
    assert.is(await yours.records.get('key.3'), null)
    assert.is(await yours.records.get('key'), null)
  })

  test('is only written by whoever knows what is there', async (place) => {
    const { records } = await place.connect()
    assert.is(await records.put('a', bytesOf('x'), 7), null)
    const first = (await records.put('a', bytesOf('1'), 0))!
    assert.is(await records.put('a', bytesOf('2'), 0), null)
    const second = (await records.put('a', bytesOf('2'), first))!
    assert.ok(second > first)
    assert.is(await records.put('a', bytesOf('3'), first), null)
    assert.is(textOf((await records.get('a'))!.value), '2')
  })

  test('is written by one of many at once', async (place) => {
    const connections = await Promise.all([1, 2, 3].map(() => place.connect()))
    await connections[0]!.records.put('count', bytesOf('0'), 0)
    const add = async (i: number): Promise<void> => {
      const { records } = connections[i % 3]!
      for (;;) {
        const { value, revision } = (await records.get('count'))!
        if ((await records.put('count', bytesOf(String(Number(textOf(value)) + 1)), revision)) !== null)
          return
      }
    }
    await Promise.all(Array.from({ length: 30 }, (_, i) => add(i)))
    assert.is(textOf((await connections[1]!.records.get('count'))!.value), '30')
  })

  test('lists by whole words, in order of keys', async (place) => {
    const { records } = await place.connect()
    for (const key of ['job.b', 'job.a.state', 'jobs.a', 'job', 'job.a', 'job.B_2-3', 'other']) {
      await records.put(key, bytesOf(key), 0)
    }
    const keysOf = async (prefix: string): Promise<string[]> =>
      (await records.list(prefix)).map(({ key, value }) => {
        assert.is(textOf(value), key)
        return key
      })
    assert.equal(await keysOf('job'), ['job', 'job.B_2-3', 'job.a', 'job.a.state', 'job.b'])
    assert.equal(await keysOf('job.a'), ['job.a', 'job.a.state'])
    assert.equal(await keysOf('none'), [])
  })

  test('lists many', async (place) => {
    const { records } = await place.connect()
    const keys = Array.from({ length: 300 }, (_, i) => `many.${String(i).padStart(3, '0')}`)
    await Promise.all(keys.map((key) => records.put(key, bytesOf(key), 0)))
    assert.equal(
      (await records.list('many')).map(({ key }) => key),
      keys,
    )
  })

  test('forgets what was deleted, and begins anew', async (place) => {
    const { records } = await place.connect()
    const first = (await records.put('a', bytesOf('1'), 0))!
    await records.put('a.b', bytesOf('1'), 0)
    await records.delete('a')
    await records.delete('a')
    await records.delete('never')
    assert.is(await records.get('a'), null)
    assert.equal(
      (await records.list('a')).map(({ key }) => key),
      ['a.b'],
    )
    assert.is(await records.put('a', bytesOf('2'), first), null)
    assert.ok((await records.put('a', bytesOf('2'), 0))! > first)
  })
}
