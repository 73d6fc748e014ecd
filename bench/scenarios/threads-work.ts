/** Work that nothing can leave out, of so many rounds: a few nanoseconds each. */
export const burn = (n: number, rounds: number): number => {
  let x = n + 1
  for (let i = 0; i < rounds; i++) x = (x * 16_807) % 2_147_483_647
  return x
}

/** Records of the burnt work, and the threads it is dealt to. */
export interface ThreadsRun {
  readonly records: number
  readonly rounds: number
  readonly threads: number
}
