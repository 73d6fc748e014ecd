import * as assert from 'uvu/assert'
import { compile } from '../../../src/compiler/compile.ts'
import type { ThreadSettings } from '../../../src/compiler/plan.ts'
import { RecordingEnvironment } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'

const settings: ThreadSettings = { placement: 'process', count: 3, schedule: 'least-loaded' }

const threadsOf = (env: RecordingEnvironment, threads: ThreadSettings): readonly unknown[] =>
  compile(env.graph, 1, threads).subtasks.flatMap(({ task, index, thread, why }) =>
    thread === null ? [] : [[`${task}/${index}`, thread, why]],
  )

/** Two chains of two operators each, cut from each other. */
const chains = (): RecordingEnvironment => {
  const env = new RecordingEnvironment()
  const there = { placement: 'thread', parallelism: 2 } as const
  env
    .fromBatch([1])
    .map((n) => n, there)
    .map((n) => n, there)
    .map((n) => n, { ...there, parallelism: 3 })
    .sink(() => {})
  return env
}

suite('place', (test) => {
  test('deals subtasks to the thread with the fewest operators so far, and says so', () => {
    assert.equal(threadsOf(chains(), settings), [
      ['t1/0', 0, 'least loaded, with 0 operators'],
      ['t1/1', 1, 'least loaded, with 0 operators'],
      ['t2/0', 2, 'least loaded, with 0 operators'],
      ['t2/1', 2, 'least loaded, with 1 operators'],
      ['t2/2', 0, 'least loaded, with 2 operators'],
    ])
  })

  test('or in turn', () => {
    assert.equal(
      threadsOf(chains(), { ...settings, schedule: 'round-robin' }).map((one) => (one as unknown[])[1]),
      [0, 1, 2, 0, 1],
    )
  })

  test('keeps to the thread that the program has named, and counts no operators there', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch([1])
      .map((n) => n, { placement: { thread: 1 }, parallelism: 2 })
      .map((n) => n, { placement: 'thread', parallelism: 3 })
      .sink(() => {})
    assert.equal(threadsOf(env, settings), [
      ['t1/0', 1, 'named by the program'],
      ['t1/1', 1, 'named by the program'],
      ['t2/0', 0, 'least loaded, with 0 operators'],
      ['t2/1', 1, 'least loaded, with 0 operators'],
      ['t2/2', 2, 'least loaded, with 0 operators'],
    ])
  })

  test('comes to the same plan wherever it is asked', () => {
    const json = (): string => JSON.stringify(compile(chains().graph, 1, settings).subtasks)
    assert.is(json(), json())
  })
})
