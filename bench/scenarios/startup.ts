import { contenderById, ours } from '../contenders.ts'
import { attempt, type Part } from '../context.ts'
import { spreadOf } from '../report/statistics.ts'
import { figure, renderTable, times } from '../report/table.ts'
import { atMost, type Target } from '../report/target.ts'
import type { StartupReport } from './startup-child.ts'

const sizes = [3, 200]
const kinds = [
  { name: 'coldMs', title: 'the first in a process' },
  { name: 'warmMs', title: 'a later one' },
] as const

/** One record through a chain: what it costs to build, compile, run and tear down a pipeline. */
export const startup: Part = async (context) => {
  const rows: string[][] = []
  const targets: Target[] = []
  for (const size of sizes) {
    const rounds: { readonly millrace: StartupReport; readonly rxjs: StartupReport }[] = []
    for (let round = 0; round < context.options.rounds; round++) {
      context.progress(
        `start-up, ${String(size)} operators, round ${String(round + 1)} of ${String(context.options.rounds)}`,
      )
      const [millrace, rxjs] = [await measure(context, ours, size), await measure(context, 'rxjs', size)]
      if (millrace === undefined) break
      if (rxjs !== undefined) rounds.push({ millrace, rxjs })
    }
    for (const { name, title } of kinds) {
      const what = `${String(size)} operators, ${title}`
      if (rounds.length === 0) {
        targets.push(atMost(`start-up, ${what}: within 10x of rxjs`, 10, undefined))
        continue
      }
      const millrace = spreadOf(rounds.map((round) => round.millrace[name]))
      const rxjs = spreadOf(rounds.map((round) => round.rxjs[name]))
      const ratio = spreadOf(rounds.map((round) => round.millrace[name] / round.rxjs[name]))
      rows.push([what, figure(millrace.median), figure(rxjs.median), times(ratio.median)])
      targets.push(atMost(`start-up, ${what}: within 10x of rxjs`, 10, ratio))
    }
  }
  context.show(
    renderTable({
      title: 'start-up: building and running a chain for 1 record',
      head: ['chain', 'millrace ms', 'rxjs ms', 'ours to rxjs'],
      rows,
    }),
  )
  return targets
}

const measure = (
  context: Parameters<Part>[0],
  library: string,
  operators: number,
): Promise<StartupReport | undefined> =>
  attempt(context, `start-up, ${library}`, () =>
    context.children.run({
      module: 'scenarios/startup-child.ts',
      args: [
        '--module',
        `../${contenderById(library).module.replace(/\.ts$/, '.js')}`,
        '--operators',
        String(operators),
      ],
    }),
  )
