import process from 'node:process'

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The seed of the run: what MILLRACE_SEED says, or undefined. */
export function seedOfRun(): number | undefined {
  const given = process.env['MILLRACE_SEED']
  const seed = Number(given)
  return given === undefined || given === '' || !Number.isFinite(seed) ? undefined : seed
}
