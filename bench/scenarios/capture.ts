import { attempt, type Part } from '../context.ts'
import { median, spreadOf } from '../report/statistics.ts'
import { figure, renderTable } from '../report/table.ts'
import { atMost, type Target } from '../report/target.ts'
import type { CaptureReport } from './capture-child.ts'

const variants = [
  { title: 'at rest', touched: 0 },
  { title: '100 keys changed per slice', touched: 100 },
]
const columns = ['longestMs', 'usualMs', 'slices', 'totalMs', 'cloneMs', 'serializeMs'] as const

/** How long a checkpoint of a large table holds up the event loop. */
export const capture: Part = async (context) => {
  const rounds = context.options.quick ? 1 : 5
  const targets: Target[] = []
  const rows: string[][] = []
  for (const { title, touched } of variants) {
    const outcomes: CaptureReport[] = []
    for (let round = 0; round < rounds; round++) {
      context.progress(`capture, ${title}, round ${String(round + 1)} of ${String(rounds)}`)
      const outcome = await attempt<CaptureReport>(context, 'capture', () =>
        context.children.run({
          module: 'scenarios/capture-child.ts',
          args: ['--touched', String(touched)],
        }),
      )
      if (outcome !== undefined) outcomes.push(outcome)
    }
    rows.push(
      outcomes.length === 0
        ? [title, 'not measured']
        : [title, ...columns.map((column) => figure(median(outcomes.map((outcome) => outcome[column]))))],
    )
    const ratios = outcomes.map(({ longestMs, cloneMs }) => longestMs / cloneMs)
    const target = `longest slice of a capture, ${title}: a tenth of one structuredClone`
    targets.push(atMost(target, 0.1, ratios.length === 0 ? undefined : spreadOf(ratios)))
  }
  context.show(
    renderTable({
      title: 'capture: a table of 1M keys, in slices',
      head: [
        'table',
        'longest ms',
        '99th percentile ms',
        'slices',
        'all ms',
        'structuredClone ms',
        'v8.serialize ms',
      ],
      rows,
    }),
  )
  return targets
}
