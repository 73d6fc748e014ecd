import { type Contender, contenders, loop, loopWithLocalSum, ours } from '../contenders.ts'
import { attempt, type Context } from '../context.ts'
import type { ProcessState } from '../options.ts'
import { figure, range, renderTable, times } from '../report/table.ts'
import type { Target } from '../report/target.ts'
import type { Measurement } from './child.ts'
import { Results } from './results.ts'
import { throughputTargets } from './targets.ts'
import { type WorkloadName, workloadNames, workloads } from './workloads.ts'

/** Workloads that a library has no way to express; what it does have is in its module. */
const missing: { readonly [id: string]: readonly WorkloadName[] } = {
  [loopWithLocalSum]: ['d', 'f', 'c', 'ci'],
  most: ['f'],
  'rxjs groupBy': ['a', 'b', 'e', 'f', 'g', 'c', 'ci'],
  ix: ['c', 'ci'],
  'node streams': ['e'],
  'web streams': ['e', 'c', 'ci'],
}

const takesPart = (
  { options }: Context,
  { id, slow = false }: Contender,
  workload: WorkloadName,
): boolean => {
  if (missing[id]?.includes(workload) === true) return false
  if (id === loop || id === ours) return true
  if (options.libraries.length > 0) return options.libraries.includes(id)
  return !(options.quick && slow)
}

/** Slow ones sit out two rounds of three. */
const plays = ({ slow = false }: Contender, round: number): boolean => !slow || round % 3 === 0

const rotate = <Value>(values: readonly Value[], by: number): readonly Value[] => {
  const start = by % Math.max(values.length, 1)
  return [...values.slice(start), ...values.slice(0, start)]
}

const tableOf = (
  results: Results,
  workload: WorkloadName,
  players: readonly Contender[],
  state: ProcessState,
): string =>
  renderTable({
    title: `${workload} (${state}): ${workloads[workload].title}`,
    head: ['library', 'ns/record', 'quartiles', 'to the loop', 'to ours', 'quartiles'],
    rows: players.map(({ id }) => {
      const time = results.time(workload, id)
      if (time === undefined) return [id, 'not measured', '', '', '', '']
      const toLoop = results.ratio(workload, id, loop)
      const toOurs = results.ratio(workload, id, ours)
      return [
        id,
        figure(time.median),
        range(time.low, time.high),
        toLoop === undefined ? '-' : times(toLoop.median),
        toOurs === undefined ? '-' : times(toOurs.median),
        toOurs === undefined ? '-' : range(toOurs.low, toOurs.high),
      ]
    }),
  })

/**
 * Every library runs every workload in a process of its own, one library after the other and then again, beginning
 * with another one each round, so that none of them always follows the same neighbour.
 */
export const throughput = async (context: Context, state: ProcessState): Promise<readonly Target[]> => {
  const { options, children, progress, show } = context
  const results = new Results()
  const names = workloadNames.filter((name) => options.only.includes(name))
  for (const workload of names) {
    const players = contenders.filter((contender) => takesPart(context, contender, workload))
    const failed = new Set<Contender>()
    for (let round = 0; round < options.rounds; round++) {
      progress(`${workload} ${state}, round ${String(round + 1)} of ${String(options.rounds)}`)
      const inThisRound = players.filter((player) => plays(player, round) && !failed.has(player))
      for (const player of rotate(inThisRound, round)) {
        const measurement = await attempt<Measurement>(context, `${workload}, ${player.id}`, () =>
          children.run({
            module: 'throughput/child.ts',
            flags: player.flags ?? [],
            args: [
              ...['--module', `../${player.module.replace(/\.ts$/, '.js')}`, '--workload', workload],
              ...[
                '--samples',
                String(options.samples),
                '--fraction',
                String(player.fraction?.[workload] ?? 1),
              ],
              ...(state === 'polluted' ? ['--polluted'] : []),
            ],
          }),
        )
        if (measurement === undefined) failed.add(player)
        else results.add(workload, player.id, round, measurement.nanoseconds)
      }
    }
    show(tableOf(results, workload, players, state))
  }
  return throughputTargets(results, names)
}
