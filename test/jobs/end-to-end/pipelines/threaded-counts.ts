import { threadId } from 'node:worker_threads'
import { RemoteEnvironment, type RemoteEnvironmentOptions } from '../../../../src/index.ts'
import { visit } from './visit.ts'

export interface ThreadedSettings {
  readonly records: number
  readonly gates: string
}

/** Counts by last digit, in two threads; one record goes through the gate `middle`. */
export function threadedCounts(
  { records, gates }: ThreadedSettings,
  options: RemoteEnvironmentOptions = {},
): {
  readonly env: RemoteEnvironment
  readonly counts: { readonly values: readonly (readonly [unknown, number])[] }
} {
  const env = new RemoteEnvironment('threaded counts', { threads: { count: 2 }, ...options })
  let seen = false
  const counts = env
    .fromBatch(Array.from({ length: records }, (_, n) => n))
    .map(
      async (n) => {
        if (!seen) console.log(threadId === 0 ? 'in the process' : 'in a thread')
        seen = true
        if (n === records / 2) await visit(gates, 'middle')
        return n
      },
      { name: 'look', placement: 'thread', parallelism: 2 },
    )
    .keyBy((n) => n % 10)
    .count({ name: 'count', placement: 'thread', parallelism: 2 })
    .collect()
  return { env, counts }
}
