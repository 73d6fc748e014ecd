import { RemoteEnvironment, type RemoteEnvironmentOptions } from '../../../../src/index.ts'
import { Numbers } from './numbers.ts'
import { visit } from './visit.ts'

export interface WaitingSinkSettings {
  readonly records: number
  readonly gates: string
  /** The sink goes through the gate `sink` with this one. */
  readonly waitsAt: number
}

/** A sink that waits for the test at one of its records. */
export function waitingSink(
  { records, gates, waitsAt }: WaitingSinkSettings,
  options: RemoteEnvironmentOptions = {},
): { readonly env: RemoteEnvironment; readonly collected: { readonly values: readonly number[] } } {
  const env = new RemoteEnvironment('waiting sink', options)
  const numbers = env.fromSource<number>(new Numbers({ records }))
  const collected = numbers
    .map(async (n) => {
      if (n === waitsAt) await visit(gates, 'sink')
      return n
    })
    .collect()
  return { env, collected }
}
