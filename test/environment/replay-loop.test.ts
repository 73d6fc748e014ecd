import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../src/environment/local-environment.ts'
import { suite } from '../support/suite.ts'

interface Task {
  readonly id: number
  readonly tries: number
}

/** Every record fails `id % 4` times, and is sent round through the dead letters each time. */
async function replayed(concurrency: number, parallelism: number): Promise<number[]> {
  const env = new LocalEnvironment('replay')
  const replay = env.fromFuture<Task>('replay')
  const done = env
    .fromBatch(Array.from({ length: 3000 }, (_, id): Task => ({ id, tries: 0 })))
    .union(replay, { parallelism })
    .map(
      async ({ id, tries }) => {
        if (tries < id % 4) throw new Error('not yet')
        return id
      },
      { concurrency, parallelism, onError: 'dead-letter' },
    )
    .collect()
  env
    .deadLetters<Task>()
    .map(({ record: { id, tries } }): Task => ({ id, tries: tries + 1 }))
    .fillFuture(replay)
  await env.submit({ autostop: true })
  return done.values.toSorted((a, b) => a - b)
}

suite('a loop that leads through the dead letters', (test) => {
  const all = Array.from({ length: 3000 }, (_, id) => id)

  test('ends when nothing is inside any more, and loses nothing', async () => {
    assert.equal(await replayed(1, 1), all)
  })

  test('does so with calls that overlap, in several subtasks', async () => {
    assert.equal(await replayed(4, 3), all)
  })
})
