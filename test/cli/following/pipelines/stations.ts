import { RemoteEnvironment, type RemoteEnvironmentOptions } from '../../../../src/index.ts'
import { visit } from '../../../jobs/end-to-end/pipelines/visit.ts'

export interface StationsSettings {
  readonly records: number
  /** Where the test has its gates: with each of these numbers it goes through `at <n>`. */
  readonly gates: string
  readonly at: readonly number[]
  readonly failsAt?: number
}

/** Counts, and says each number, the odd ones on stderr. */
export function stations(
  { records, gates, at, failsAt }: StationsSettings,
  options: RemoteEnvironmentOptions = {},
): RemoteEnvironment {
  const env = new RemoteEnvironment('stations', options)
  env
    .fromBatch(Array.from({ length: records }, (_, n) => n))
    .map(
      async (n) => {
        if (at.includes(n)) await visit(gates, `at ${n}`)
        if (n === failsAt) throw new Error(`no ${n}s`)
        return n
      },
      { name: 'stop' },
    )
    .sink((n) => (n % 2 === 0 ? console.log(`even ${n}`) : console.error(`odd ${n}`)), { name: 'say' })
  return env
}
