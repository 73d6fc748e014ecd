import { attempt, type Part } from '../context.ts'
import { median, spreadOf } from '../report/statistics.ts'
import { figure, renderTable } from '../report/table.ts'
import { atMost, type Target } from '../report/target.ts'
import type { SliceReport } from './slice-child.ts'

const works = [
  { name: 'slow', title: '4096 records of 1 ms each' },
  { name: 'tight', title: '50M records in a tight loop' },
]
const variants = ['ideal', 'millrace', 'rxjs']

/** How long a timer has to wait while a batch runs. */
export const slice: Part = async (context) => {
  const rounds = context.options.quick ? 1 : 3
  const targets: Target[] = []
  for (const { name, title } of works) {
    const outcomes = new Map<string, SliceReport[]>(variants.map((variant) => [variant, []]))
    const ratios: number[] = []
    for (let round = 0; round < rounds; round++) {
      context.progress(`slice, ${title}, round ${String(round + 1)} of ${String(rounds)}`)
      for (const variant of variants) {
        // It never yields, so one look is enough.
        if (variant === 'rxjs' && round > 0) continue
        const outcome = await attempt<SliceReport>(context, `slice, ${variant}`, () =>
          context.children.run({
            module: 'scenarios/slice-child.ts',
            args: ['--variant', variant, '--work', name],
          }),
        )
        if (outcome !== undefined) outcomes.get(variant)?.push(outcome)
      }
      const [idealMs, oursMs] = ['ideal', 'millrace'].map(
        (variant) => outcomes.get(variant)?.[round]?.longestMs,
      )
      if (idealMs !== undefined && oursMs !== undefined) ratios.push(oursMs / idealMs)
    }
    context.show(
      renderTable({
        title: `slice: how long a timer waits during ${title}`,
        head: ['library', 'longest ms', '99th percentile ms', 'turns', 'seconds'],
        rows: [...outcomes].map(([variant, list]) =>
          list.length === 0
            ? [variant, 'not measured']
            : [
                variant,
                ...[
                  list.map(({ longestMs }) => longestMs),
                  list.map(({ usualMs }) => usualMs),
                  list.map(({ turns }) => turns),
                  list.map(({ seconds }) => seconds),
                ].map((figures) => figure(median(figures))),
              ],
        ),
      }),
    )
    const target = `longest slice, ${title}: within 2x of an ideal yielder`
    targets.push(atMost(target, 2, ratios.length === 0 ? undefined : spreadOf(ratios)))
  }
  return targets
}
