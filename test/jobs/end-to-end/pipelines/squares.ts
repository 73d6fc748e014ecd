import { RemoteEnvironment, type RemoteEnvironmentOptions } from '../../../../src/index.ts'

export interface SquaresSettings {
  readonly records: number
  /** Added to each. */
  readonly offset: number
}

/** Squares, printed and collected. */
export function squares(
  { records, offset }: SquaresSettings,
  options: RemoteEnvironmentOptions = {},
): { readonly env: RemoteEnvironment; readonly collected: { readonly values: readonly number[] } } {
  const env = new RemoteEnvironment('squares', options)
  const collected = env
    .fromBatch(Array.from({ length: records }, (_, n) => n))
    .map((n) => n * n + offset, { name: 'square' })
    .tap((square) => console.log(`line ${square}`))
    .collect()
  return { env, collected }
}

export function squaresOf({ records, offset }: SquaresSettings): readonly number[] {
  return Array.from({ length: records }, (_, n) => n * n + offset)
}
