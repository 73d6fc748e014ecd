import { END, LocalEnvironment } from '../../src/index.ts'
import { burn, type ThreadsRun } from './threads-work.ts'

/** Milliseconds from the first record to the last, and what they add up to. */
export interface ThreadsTime {
  readonly milliseconds: number
  readonly sum: number
}

/** Threads load this file, where it is the program's entry, up to the submit. */
export const runPipeline = async (
  { records, rounds, threads }: ThreadsRun,
  placement: 'process' | 'thread',
): Promise<ThreadsTime> => {
  let next = 0
  let begun = 0
  let ended = 0
  let sum = 0
  let seen = 0
  const env = new LocalEnvironment('burning', {
    threads: { count: threads },
    entry: new URL('threads-entry.js', import.meta.url),
    argv: [JSON.stringify({ records, rounds, threads }), placement],
  })
  env
    .fromSource(() => {
      if (next === 0) begun = performance.now()
      return next === records ? END : next++
    })
    .map((n) => burn(n, rounds), { placement, parallelism: threads })
    .sink((value) => {
      sum = (sum + value) % 1_000_000_007
      if (++seen === records) ended = performance.now()
    })
  await env.submit({ autostop: true })
  return { milliseconds: ended - begun, sum }
}
