import { attempt, type Part } from '../context.ts'
import { spreadOf } from '../report/statistics.ts'
import { figure, renderTable, times } from '../report/table.ts'
import { atMost, notMeasured } from '../report/target.ts'
import type { FirstPaintReport, FirstPaintRound } from './first-paint-child.ts'

const views = [
  ['list', 'the list of jobs'],
  ['job', 'a job that runs'],
] as const

const targetOf = (view: string): string => `first paint of ${view}: within a second`

/** How long a person waits for the web page who has never seen it, beside a page with nothing in it. */
export const firstPaint: Part = async (context) => {
  context.progress('first paint')
  const found = await attempt<FirstPaintReport>(context, 'first paint', () =>
    context.children.run({
      module: 'scenarios/first-paint-child.ts',
      args: ['--rounds', String(2 * context.options.rounds)],
    }),
  )
  if (found === undefined) return views.map(([, view]) => notMeasured(targetOf(view)))
  const { first, rounds } = found
  const median = (of: (round: FirstPaintRound) => number): number => spreadOf(rounds.map(of)).median
  context.show(
    renderTable({
      title: 'first paint of the web page, with empty caches, over loopback',
      head: ['page', 'first paint, ms', 'shown, ms', 'first paint to an empty page'],
      rows: [
        [
          'an empty page',
          figure(median(({ empty }) => empty.paint)),
          figure(median(({ empty }) => empty.shown)),
          '',
        ],
        ...views.map(([view, name]) => [
          name,
          figure(median((round) => round[view].paint)),
          figure(median((round) => round[view].shown)),
          times(median((round) => round[view].paint / round.empty.paint)),
        ]),
        ['the list, of a server just started', figure(first.paint), figure(first.shown), ''],
      ],
    }),
  )
  return views.map(([view, name]) =>
    atMost(targetOf(name), 1, spreadOf(rounds.map((round) => round[view].paint / 1000))),
  )
}
