import { checkPositiveInteger } from '../graph/check-number.ts'
import { realRandom } from '../time/real-random.ts'
import { seededRandom, seedOfRun } from './seeded-random.ts'

export interface SeededOptions {
  /** Runs, each with a seed of its own; default 1. */
  readonly runs?: number
  /** The seed of the first run; default MILLRACE_SEED, and without it a new one each time. */
  readonly seed?: number
}

/** What one run draws its chances from. */
export interface SeededRun {
  /** For `faultPlan({ seed })`, fast-check and others. */
  readonly seed: number
  /** Numbers from 0 up to 1. */
  readonly random: () => number
  /** A whole number from `min` to `max`, both included. */
  readonly integer: (min: number, max: number) => number
}

/**
 * Runs a test whose chances all come from one seed, and names that seed when it fails: with it in MILLRACE_SEED the
 * first run is the one that failed, and the only one.
 * @throws what the test throws, with the seed in its message.
 */
export async function seeded(
  test: (run: SeededRun) => unknown,
  { runs = 1, seed = seedOfRun() }: SeededOptions = {},
): Promise<void> {
  const replay = seedOfRun() !== undefined
  const first = seed ?? Math.floor(realRandom() * 2 ** 31)
  const count = replay ? 1 : checkPositiveInteger('seeded', 'runs', runs)
  for (let run = 0; run < count; run++) await runOnce(test, first + run)
}

async function runOnce(test: (run: SeededRun) => unknown, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const integer = (min: number, max: number): number => min + Math.floor(random() * (max - min + 1))
  try {
    await test({ seed, random, integer })
  } catch (error) {
    throw withSeed(error, seed)
  }
}

function withSeed(error: unknown, seed: number): unknown {
  const note = `The seed was ${seed}: set MILLRACE_SEED=${seed} to run this again.`
  if (!(error instanceof Error)) return new Error(`${String(error)}\n${note}`, { cause: error })
  // Stacks begin with the message, which test runners print.
  error.stack = (error.stack ?? '').replace(error.message, `${error.message}\n${note}`)
  error.message += `\n${note}`
  return error
}
