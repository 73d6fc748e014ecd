import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Script } from './script.ts'

interface Left {
  readonly before: unknown
  readonly after: unknown
  /** After each job, or round of jobs, in bytes. */
  readonly heap: readonly number[]
  readonly unhandled: readonly unknown[]
}

suite(
  'a process that runs a job',
  (test) => {
    test('ends by itself after submit({ autostop: true }), and the library writes nothing', async ({
      signal,
    }) => {
      const { code, lines, errors } = await new Script('autostop', { signal }).ended()
      assert.equal({ code, lines, errors }, { code: 0, lines: [], errors: '' })
    })

    test('ends by itself after a job that failed', async ({ signal }) => {
      const { code, lines, errors } = await new Script('failing', { signal }).ended()
      assert.equal({ code, lines, errors }, { code: 0, lines: ['caught Error: boom'], errors: '' })
    })

    // Without what V8 keeps for its own sake the heap is flat to a few bytes, so that a small leak shows.
    const flags = ['--expose-gc', '--no-opt', '--no-sparkplug', '--no-use-ic']
    test('is after 100 jobs as before the first', { timeout: 60_000 }, async ({ signal }) => {
      const script = new Script('hundred-jobs', { signal, flags })
      const { code, lines, errors } = await script.ended()
      assert.equal({ code, errors }, { code: 0, errors: '' })
      const { before, after, heap, unhandled } = JSON.parse(lines[0]!) as Left
      assert.equal(after, before)
      assert.equal(unhandled, [])
      const slope = slopeOf(heap.slice(heap.length / 2))
      // Bytes per round of ten jobs.
      assert.ok(slope < 5_000, `the heap grows by ${Math.round(slope)} bytes per round: ${heap.join(' ')}`)
    })

    test('is after 30 jobs in threads as before the first', { timeout: 150_000 }, async ({ signal }) => {
      const flags = ['--expose-gc', '--no-opt', '--no-sparkplug']
      const script = new Script('thirty-jobs-in-threads', { signal, flags })
      const { code, lines, errors } = await script.ended()
      assert.equal({ code, errors }, { code: 0, errors: '' })
      const { before, after, heap, unhandled } = JSON.parse(lines[0]!) as Left
      assert.equal(after, before)
      assert.equal(unhandled, [])
      const slope = slopeOf(heap.slice(heap.length / 2))
      // Bytes per job. A loader of TypeScript keeps two or three thousand for two threads, Node none.
      assert.ok(slope < 8_000, `the heap grows by ${Math.round(slope)} bytes per job: ${heap.join(' ')}`)
    })
  },
  { timeout: 30_000 },
)

/** Least squares. */
const slopeOf = (values: readonly number[]): number => {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let above = 0
  let below = 0
  values.forEach((value, index) => {
    above += (index - middle) * (value - mean)
    below += (index - middle) ** 2
  })
  return above / below
}
