import { availableParallelism } from 'node:os'
import { attempt, type Part } from '../context.ts'
import { spreadOf } from '../report/statistics.ts'
import { range, renderTable, times } from '../report/table.ts'
import { atLeast, type Target } from '../report/target.ts'
import type { ThreadsTime } from './threads-program.ts'

/** Microseconds of work for a record. */
const costs = [1, 5, 20, 200]
/**
 * Seconds of work for all records of a run. In the first half second V8 compiles what a thread runs, on all sides, and at
 * the end threads wait for the last of them: shorter runs tell of that.
 */
const workSeconds = { quick: 2, full: 4 }
/** Those that have a target. */
const measured = [20, 200]
const peer = 'worker_threads'
const ours = 'millrace in threads'
const variants = ['one thread', peer, ours, 'millrace in the process']

/** Work that burns processor time, dealt out to threads: beside a harness that does nothing else, and one thread. */
export const threads: Part = async (context) => {
  const { children, options } = context
  const count = Math.min(2, availableParallelism())
  const child = (args: readonly string[]): Promise<unknown> =>
    children.run({ module: 'scenarios/threads-child.ts', args: [...args, '--threads', String(count)] })
  const perMicrosecond = (await child(['--variant', 'calibrate'])) as number
  const targets: Target[] = []
  for (const cost of costs) {
    const seconds = options.quick ? workSeconds.quick : workSeconds.full
    const records = Math.round((seconds * 1_000_000) / cost)
    const work = ['--records', String(records), '--rounds', String(Math.round(perMicrosecond * cost))]
    const found = new Map<string, number[]>(variants.map((variant) => [variant, []]))
    for (let round = 0; round < options.rounds; round++) {
      for (const variant of variants) {
        context.progress(`threads, ${cost} us a record, ${variant}, ${round + 1} of ${options.rounds}`)
        const outcome = await attempt<ThreadsTime>(context, `threads, ${variant}`, () =>
          child(['--variant', variant, ...work]),
        )
        found.get(variant)!.push(outcome?.milliseconds ?? NaN)
      }
    }
    const to = (variant: string): readonly number[] =>
      found.get(variant)!.map((own, round) => found.get('one thread')![round]! / own)
    context.show(
      renderTable({
        title: `threads: ${cost} us of work for each of ${records} records, ${count} threads`,
        head: ['', 'times as fast as one thread', 'quartiles'],
        rows: variants.map((variant) => {
          const { median, low, high } = spreadOf(to(variant))
          return [variant, times(median), range(low, high)]
        }),
      }),
    )
    const beside = found.get(peer)!.map((theirs, round) => theirs / found.get(ours)![round]!)
    if (measured.includes(cost)) {
      targets.push(
        atLeast(`threads, ${cost} us: at least 0.9x of bare worker_threads`, 0.9, spreadOf(beside)),
      )
    }
  }
  return targets
}
