import { attempt, type Part } from '../context.ts'
import { mean, median, spreadOf } from '../report/statistics.ts'
import { figure, renderTable } from '../report/table.ts'
import { atMost, notMeasured, type Target } from '../report/target.ts'
import type { JobsReport } from './jobs-child.ts'

/** Jobs that the server keeps, and clients that hear of every event, apart from what is measured. */
const axes = [
  { name: 'jobs kept', flag: '--kept', sizes: [100, 1_000, 10_000], quick: [10, 100] },
  { name: 'event clients', flag: '--clients', sizes: [10, 100, 500], quick: [1, 10] },
]

const columns: readonly (readonly [title: string, of: (report: JobsReport) => number])[] = [
  ['submit to running, ms', ({ startMs }) => median(startMs)],
  ['jobs/s', ({ jobsPerSecond }) => jobsPerSecond],
  ['event, ms', ({ eventMs }) => mean(eventMs)],
  ['server RSS, MB', ({ rssMb }) => rssMb],
  ['its heap, MB', ({ heapMb }) => heapMb],
]

/** The most that may be lost from the fewest kept jobs or clients to the most, in the time of a start. */
const mostGrowth = 1.5

/** A job server, beside ever more jobs that it keeps and clients that listen. */
export const jobs: Part = async (context) => {
  const { quick: isQuick } = context.options
  const rounds = isQuick ? 1 : 3
  const targets: Target[] = []
  for (const { name, flag, sizes, quick } of axes) {
    const measured = isQuick ? quick : sizes
    const reports = measured.map((): JobsReport[] => [])
    const growths: number[] = []
    for (let round = 0; round < rounds; round++) {
      context.progress(`jobs along ${name}, round ${String(round + 1)} of ${String(rounds)}`)
      for (const [i, size] of measured.entries()) {
        const args = [flag, String(size), ...(isQuick ? ['--starts', '3', '--jobs', '4'] : [])]
        const outcome = await attempt<JobsReport>(context, `jobs, ${String(size)} ${name}`, () =>
          context.children.run({ module: 'scenarios/jobs-child.ts', args, timeoutSeconds: 600 }),
        )
        if (outcome !== undefined) reports[i]?.push(outcome)
      }
      const [first, last] = [reports[0]?.[round], reports.at(-1)?.[round]]
      if (first !== undefined && last !== undefined)
        growths.push(median(last.startMs) / median(first.startMs))
    }
    context.show(
      renderTable({
        title: `jobs along ${name}`,
        head: [name, ...columns.map(([title]) => title)],
        rows: measured.map((size, i) => [
          size.toLocaleString('en'),
          ...columns.map(([, of]) =>
            reports[i]?.length === 0 ? 'not measured' : figure(median((reports[i] ?? []).map(of))),
          ),
        ]),
      }),
    )
    const target = `jobs: a start takes at most ${String(mostGrowth)}x with ${String(measured.at(-1))} ${name}`
    targets.push(growths.length === 0 ? notMeasured(target) : atMost(target, mostGrowth, spreadOf(growths)))
  }
  return targets
}
