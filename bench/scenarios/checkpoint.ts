import { attempt, type Part } from '../context.ts'
import { median, spreadOf } from '../report/statistics.ts'
import { figure, renderTable } from '../report/table.ts'
import { atMost, type Target } from '../report/target.ts'
import type { CheckpointReport } from './checkpoint-child.ts'

const variants = [
  { title: 'without', args: [] },
  { title: 'a checkpoint a second', args: ['--checkpoints'] },
]

/** What checkpoints cost a keyed count of 50 thousand words, all of which change between any two. */
export const checkpoint: Part = async (context) => {
  const rounds = context.options.quick ? 1 : 5
  const outcomes = variants.map((): CheckpointReport[] => [])
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    context.progress(`checkpoint, round ${String(round + 1)} of ${String(rounds)}`)
    for (const [i, { title, args }] of variants.entries()) {
      const outcome = await attempt<CheckpointReport>(context, `checkpoint, ${title}`, () =>
        context.children.run({ module: 'scenarios/checkpoint-child.ts', args, timeoutSeconds: 180 }),
      )
      if (outcome !== undefined) outcomes[i]?.push(outcome)
    }
    const [without, withThem] = outcomes.map((list) => list[round]?.nanosecondsPerRecord)
    if (without !== undefined && withThem !== undefined) ratios.push(withThem / without)
  }
  context.show(
    renderTable({
      title: 'checkpoint: keyed count of 400M words, 50k keys',
      head: ['checkpoints', 'completed', 'seconds', 'ns/record'],
      rows: variants.map(({ title }, i) => [
        title,
        ...[
          (outcomes[i] ?? []).map(({ checkpoints }) => checkpoints),
          (outcomes[i] ?? []).map(({ seconds }) => seconds),
          (outcomes[i] ?? []).map(({ nanosecondsPerRecord }) => nanosecondsPerRecord),
        ].map((figures) => (figures.length === 0 ? 'not measured' : figure(median(figures)))),
      ]),
    }),
  )
  const least = Math.min(...(outcomes[1] ?? []).map(({ checkpoints }) => checkpoints))
  const target = `checkpoint: at most 15 % over the same job without, ${String(least)} checkpoints or more`
  const targets: Target[] = [atMost(target, 1.15, ratios.length === 0 ? undefined : spreadOf(ratios))]
  return targets
}
