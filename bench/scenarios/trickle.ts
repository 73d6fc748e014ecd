import { attempt, type Part } from '../context.ts'
import { figure, renderTable } from '../report/table.ts'
import { notMeasured, type Target } from '../report/target.ts'
import type { TrickleReport } from './trickle-child.ts'

const variants = ['rxjs Subject', 'millrace fromObservable', 'millrace async generator']

const targetFor = (variant: string, outcome: TrickleReport | undefined): Target => {
  const target = `trickle, ${variant}: at most 1 turn of the event loop`
  if (outcome === undefined) return notMeasured(target)
  return {
    target,
    measured: `${String(outcome.mostTurns)} at most, ${String(outcome.usualTurns)} as a rule`,
    verdict: outcome.mostTurns <= 1 ? 'met' : 'not met',
  }
}

/** Records that come one at a time: how long each is on its way when nobody comes behind it. */
export const trickle: Part = async (context) => {
  const outcomes = new Map<string, TrickleReport | undefined>()
  for (const variant of variants) {
    context.progress(`trickle, ${variant}`)
    const outcome = await attempt<TrickleReport>(context, `trickle, ${variant}`, () =>
      context.children.run({ module: 'scenarios/trickle-child.ts', args: ['--variant', variant] }),
    )
    outcomes.set(variant, outcome)
  }
  context.show(
    renderTable({
      title: 'trickle: turns of the event loop from next() to the sink',
      head: ['library', 'most turns', 'median turns', 'median microseconds'],
      rows: [...outcomes].map(([variant, outcome]) =>
        outcome === undefined
          ? [variant, 'not measured']
          : [
              variant,
              String(outcome.mostTurns),
              String(outcome.usualTurns),
              figure(outcome.usualMicroseconds),
            ],
      ),
    }),
  )
  return variants
    .filter((name) => name.startsWith('millrace'))
    .map((name) => targetFor(name, outcomes.get(name)))
}
