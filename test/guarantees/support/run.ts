import * as assert from 'uvu/assert'
import { LocalEnvironment, type EnvironmentOptions } from '../../../src/index.ts'
import type { JobResult } from '../../../src/job/job-result.ts'
import { checkBooks } from './books.ts'

/** One turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await turn()
}

/** Buffers so small that everything suspends everywhere. */
export const tiny: EnvironmentOptions = { chunkSize: 1, edgeCapacity: 1 }

export const environment = (options: EnvironmentOptions = {}): LocalEnvironment =>
  new LocalEnvironment('guarantees', options)

/** Runs to the end, and checks the books of whatever came of it. */
export async function run(env: LocalEnvironment<never> | LocalEnvironment): Promise<JobResult> {
  const result = await env.submit({ autostop: true })
  assert.is(result.status, 'completed')
  checkBooks(env.graph, result)
  return result
}

/** Runs to a failure, and checks the books. Returns the error. */
export async function runToFailure(env: LocalEnvironment): Promise<Error & { cause: unknown }> {
  const error = await env.submit({ autostop: true }).then(
    () => assert.unreachable('the job was to fail'),
    (reason: unknown) => reason as Error & { cause: unknown; result: JobResult },
  )
  checkBooks(env.graph, error!.result)
  return error!
}

export const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i)

/** The same records, in any order: as sorted text. */
export const multiset = (values: readonly unknown[]): string[] =>
  values.map((value) => JSON.stringify(value)).sort()

export function sameRecords(actual: readonly unknown[], expected: readonly unknown[], told?: string): void {
  assert.equal(multiset(actual), multiset(expected), told)
}

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
