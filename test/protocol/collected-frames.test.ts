import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { collectedFrames, readCollected } from '../../src/protocol/collected-frames.ts'
import { suite } from '../support/suite.ts'

const read = async (bytes: Iterable<Uint8Array>): Promise<unknown[]> => {
  const values: unknown[] = []
  for await (const part of readCollected(bytes)) values.push(...part)
  return values
}

suite('collected frames', (test) => {
  test('give back what went in, however the bytes are cut', async () => {
    const value = fc.oneof(
      fc.integer(),
      fc.string(),
      fc.constant(undefined),
      fc.date(),
      fc.object(),
      fc.bigInt(),
    )
    const cuts = fc.array(fc.nat(2_000), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 200 }), cuts, async (values, places) => {
        const bytes = Buffer.concat([...collectedFrames(values)])
        const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
          (a, b) => a - b,
        )
        const parts = ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end))
        assert.equal(await read(parts), values)
      }),
      { numRuns: 50 },
    )
  })

  test('are of a size, whether records are large or small', async () => {
    const small = Array.from({ length: 20_000 }, (_, n) => n)
    assert.ok([...collectedFrames(small)].length < 30)
    assert.equal(await read(collectedFrames(small)), small)
    const large = Array.from({ length: 100 }, () => 'x'.repeat(200_000))
    const frames = [...collectedFrames(large)]
    assert.ok(frames.slice(1).every(({ length }) => length < 2_000_000))
    assert.is((await read(frames)).length, 100)
  })

  test('that are cut off are refused', async () => {
    const bytes = Buffer.concat([...collectedFrames([1, 2, 3])])
    for (const end of [2, 4, bytes.length - 1]) {
      const error = await read([bytes.subarray(0, end)]).catch((thrown: unknown) => thrown)
      assert.instance(error, RangeError)
    }
    assert.equal(await read([]), [])
  })
})
