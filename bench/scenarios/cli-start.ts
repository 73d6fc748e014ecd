import { attempt, type Part } from '../context.ts'
import { spreadOf } from '../report/statistics.ts'
import { figure, renderTable, times } from '../report/table.ts'
import { atMost, notMeasured, type Target } from '../report/target.ts'
import type { CliStartRound } from './cli-start-child.ts'

const commands = [['--help'], ['--version'], ['list', '--help']]

/** What a person waits for who asks the command line for help, beside node that does nothing. */
export const cliStart: Part = async (context) => {
  const rows: string[][] = []
  const targets: Target[] = []
  for (const command of commands) {
    const what = `millrace ${command.join(' ')}`
    const target = `${what}: within 3x of bare node`
    context.progress(what)
    const rounds = await attempt<readonly CliStartRound[]>(context, what, () =>
      context.children.run({
        module: 'scenarios/cli-start-child.ts',
        args: ['--rounds', String(5 * context.options.rounds), '--', ...command],
      }),
    )
    if (rounds === undefined) {
      targets.push(notMeasured(target))
      continue
    }
    const median = (of: keyof CliStartRound): number => spreadOf(rounds.map((round) => round[of])).median
    const toBare = spreadOf(rounds.map((round) => round.command / round.bare))
    const toExit = spreadOf(rounds.map((round) => round.command / round.exit))
    rows.push([
      what,
      figure(median('command')),
      figure(median('bare')),
      figure(median('exit')),
      times(toBare.median),
      times(toExit.median),
    ])
    targets.push(atMost(target, 3, toBare))
  }
  context.show(
    renderTable({
      title: 'start of the command line',
      head: ['command', 'ms', 'node -e 0, ms', 'process.exit(), ms', 'to node -e 0', 'to process.exit()'],
      rows,
    }),
  )
  return targets
}
