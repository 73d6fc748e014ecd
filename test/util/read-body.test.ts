import * as assert from 'uvu/assert'
import { readBody } from '../../src/util/read-body.ts'
import { suite } from '../support/suite.ts'

/** A body in these parts, which tells what became of it. */
const answer = (parts: readonly string[]): { response: Response; left: () => boolean } => {
  const queue = parts.map((part) => new TextEncoder().encode(part))
  let left = false
  const stream = new ReadableStream({
    pull: (controller) => {
      const part = queue.shift()
      if (part === undefined) controller.close()
      else controller.enqueue(part)
    },
    cancel: () => void (left = true),
  })
  return { response: new Response(stream), left: () => left }
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

suite('readBody', (test) => {
  test('reads all of it, and tells of each part', async () => {
    const sizes: number[] = []
    const { response, left } = answer(['ab', 'c', 'def'])
    const bytes = await readBody(response, 6, { onBytes: (size) => void sizes.push(size) })
    assert.equal([text(bytes), sizes, left()], ['abcdef', [2, 1, 3], false])
  })

  test('reads nothing where there is no body', async () => {
    assert.is((await readBody(new Response(null), 10)).length, 0)
  })

  test('gives the beginning of a longer one, and leaves the rest', async () => {
    const { response, left } = answer(['abc', 'def', 'ghi'])
    assert.equal([text(await readBody(response, 4)), left()], ['abcd', true])
  })

  test('throws what the caller makes of a longer one, and leaves the rest', async () => {
    const { response, left } = answer(['abc', 'def'])
    const tooLong = (): Error => new RangeError('too long')
    try {
      await readBody(response, 2, { tooLong })
      assert.unreachable()
    } catch (error) {
      assert.instance(error, RangeError)
    }
    assert.is(left(), true)
  })
})
