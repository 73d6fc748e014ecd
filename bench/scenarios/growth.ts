import { attempt, type Part } from '../context.ts'
import { median, spreadOf } from '../report/statistics.ts'
import { figure, renderTable, times } from '../report/table.ts'
import { atMost, type Target } from '../report/target.ts'

const axes = [
  {
    name: 'records',
    sizes: [10_000, 100_000, 1_000_000, 10_000_000, 50_000_000],
    quick: [10_000, 100_000, 1_000_000, 10_000_000],
    unit: 'ns per record',
  },
  {
    name: 'operators',
    sizes: [10, 25, 50, 100, 200, 400],
    quick: [10, 100, 400],
    unit: 'ns per record and operator',
  },
  { name: 'subtasks', sizes: [1, 2, 4, 8, 16, 32], quick: [1, 8, 32], unit: 'ns per record' },
]

/**
 * Linear means that a unit costs no more when there are more of them. The comparison is with the cheapest smaller
 * size: falling costs (start-up spread over more records) are welcome, rising ones are what would not scale.
 */
const mostGrowth = 1.5

export const growth: Part = async (context) => {
  const rounds = context.options.quick ? 1 : 3
  const targets: Target[] = []
  for (const { name, sizes, quick, unit } of axes) {
    const measured = context.options.quick ? quick : sizes
    const costs = new Map<number, number[]>(measured.map((size) => [size, []]))
    const growths: number[] = []
    for (let round = 0; round < rounds; round++) {
      context.progress(`growth along ${name}, round ${String(round + 1)} of ${String(rounds)}`)
      let cheapest = Number.POSITIVE_INFINITY
      let worst = 0
      for (const size of measured) {
        const cost = await attempt<number>(context, `growth, ${String(size)} ${name}`, () =>
          context.children.run({
            module: 'scenarios/growth-child.ts',
            args: ['--axis', name, '--size', String(size)],
          }),
        )
        if (cost === undefined) break
        costs.get(size)?.push(cost)
        worst = Math.max(worst, cost / cheapest)
        cheapest = Math.min(cheapest, cost)
      }
      if (worst > 0) growths.push(worst)
    }
    context.show(
      renderTable({
        title: `growth along ${name}`,
        head: [name, unit],
        rows: [...costs].map(([size, list]) => [
          size.toLocaleString('en'),
          list.length === 0 ? 'not measured' : figure(median(list)),
        ]),
      }),
    )
    const target = `growth along ${name}: a unit never above ${times(mostGrowth)} of the cheapest before it`
    targets.push(atMost(target, mostGrowth, growths.length === 0 ? undefined : spreadOf(growths)))
  }
  return targets
}
