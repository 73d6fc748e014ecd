import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { frames } from './pipelines/frames.ts'

const entry = new URL('programs/frames.ts', import.meta.url)
const expected = Array.from({ length: 500 }, (_, id) => id * 64)

suite(
  'buffers that go to another thread',
  (test) => {
    for (const transfer of [true, false]) {
      test(`are ${transfer ? 'moved where they are given away' : 'copied where nothing is said'}`, async () => {
        const settings = { frames: 500, transfer }
        const { env, made, sums } = frames(settings, { entry, argv: [JSON.stringify(settings)] })
        await env.submit({ autostop: true })
        assert.equal(
          sums.values.toSorted((a, b) => a - b),
          expected,
        )
        const left = made.filter(({ samples }) => samples.length === 64).length
        assert.is(left, transfer ? 0 : 500)
      })
    }
  },
  { timeout: 60_000 },
)
