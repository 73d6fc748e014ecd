import { setImmediate as immediate } from 'node:timers/promises'
import { LocalEnvironment, MemoryCheckpointStore } from '../../src/index.ts'

const KEYS = 1000

export interface MemoryRun {
  readonly records: number
  /** Told of each record that is pulled, and of each that is through the sink. */
  readonly pulled: () => void
  readonly sunk: () => void
}

/** Summed up by key in two threads, with checkpoints. They load `memory-threads-entry`, up to the submit. */
export const sinkFromThreads = async ({ records, pulled, sunk }: MemoryRun): Promise<void> => {
  const env = new LocalEnvironment('memory', {
    threads: { count: 2 },
    entry: new URL('memory-threads-entry.js', import.meta.url),
    argv: [],
    checkpoints: { store: new MemoryCheckpointStore(), interval: 500 },
  })
  const items = function* (): Generator<{ readonly id: number; readonly name: string }, void, undefined> {
    for (let id = 0; id < records; id++) {
      pulled()
      yield { id, name: 'record' }
    }
  }
  env
    .fromBatch(() => items())
    .keyBy(({ id }) => id % KEYS)
    .scan((sum: number, { id }) => sum + id, 0, { placement: 'thread', parallelism: 2 })
    .sink(async (sum) => {
      await immediate(sum)
      sunk()
    })
  await env.submit({ autostop: true })
}
