import { RemoteEnvironment, type RemoteEnvironmentOptions } from '../../../../src/index.ts'
import { visit } from './visit.ts'

export interface SquaresSettings {
  readonly records: number
  /** Added to each. */
  readonly offset: number
  /** Where the test has its gates: with this number it goes through `square`. */
  readonly gates?: string
  readonly waitsAt?: number
}

/** Squares, printed and collected. */
export function squares(
  { records, offset, gates = '', waitsAt }: SquaresSettings,
  options: RemoteEnvironmentOptions = {},
): { readonly env: RemoteEnvironment; readonly collected: { readonly values: readonly number[] } } {
  const env = new RemoteEnvironment('squares', options)
  const collected = env
    .fromBatch(Array.from({ length: records }, (_, n) => n))
    .map(
      async (n) => {
        if (n === waitsAt) await visit(gates, 'square')
        return n * n + offset
      },
      { name: 'square' },
    )
    .tap((square) => console.log(`line ${square}`))
    .collect()
  return { env, collected }
}

export function squaresOf({ records, offset }: SquaresSettings): readonly number[] {
  return Array.from({ length: records }, (_, n) => n * n + offset)
}
