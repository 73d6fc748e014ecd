import { existsSync } from 'node:fs'
import { type DataStream, type EnvironmentOptions, LocalEnvironment } from '../../../../src/index.ts'
import type { RecordedPipeline } from '../../../../src/environment/recorded-pipeline.ts'
import { Numbers } from './word-counts.ts'

export interface MendedSettings {
  readonly records: number
  /** A file: once it is there, nothing fails any more. */
  readonly mended: string
}

class Environment extends LocalEnvironment {
  get all(): RecordedPipeline {
    return this.recorded
  }
}

/** Odd numbers are given up in a thread, until that is mended; the source ends with the job. */
export function mended(
  { records, mended: file }: MendedSettings,
  options: EnvironmentOptions = {},
): { readonly env: Environment; readonly seen: ReturnType<DataStream<number>['collect']> } {
  const env = new Environment('mended', { threads: { count: 2 }, ...options })
  const seen = env
    .fromSource(new Numbers(Infinity, records))
    .map(
      (n) => {
        if (n % 2 === 1 && !existsSync(file)) throw new RangeError(`${n} is odd`)
        return n * 10
      },
      { name: 'even only', placement: 'thread', parallelism: 2, onError: 'dead-letter' },
    )
    .collect()
  return { env, seen }
}
