import { availableParallelism, loadavg } from 'node:os'
import { compileChildren } from './children.ts'
import type { Context, Part } from './context.ts'
import { parseOptions, type ScenarioName, scenarioNames, usage } from './options.ts'
import { renderTargets, type Target } from './report/target.ts'
import { capture } from './scenarios/capture.ts'
import { checkpoint } from './scenarios/checkpoint.ts'
import { cliStart } from './scenarios/cli-start.ts'
import { firstPaint } from './scenarios/first-paint.ts'
import { cluster } from './scenarios/cluster.ts'
import { growth } from './scenarios/growth.ts'
import { jobs } from './scenarios/jobs.ts'
import { memory } from './scenarios/memory.ts'
import { slice } from './scenarios/slice.ts'
import { startup } from './scenarios/startup.ts'
import { threads } from './scenarios/threads.ts'
import { trickle } from './scenarios/trickle.ts'
import { throughput } from './throughput/throughput.ts'
import { workloadNames } from './throughput/workloads.ts'

const scenarios: { readonly [Name in ScenarioName]: Part } = {
  memory,
  slice,
  startup,
  growth,
  trickle,
  capture,
  checkpoint,
  jobs,
  'cli-start': cliStart,
  'first-paint': firstPaint,
  threads,
  cluster,
}

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const main = async (): Promise<void> => {
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(usage)
    return
  }
  const load = (loadavg()[0] ?? 0) / availableParallelism()
  if (load > 0.5) say(`the machine is busy (load ${load.toFixed(2)} a core): expect wide spreads`)
  say('compiling')
  const children = await compileChildren()
  const context: Context = {
    options,
    children,
    progress: say,
    show: (text) => process.stdout.write(`${text}\n`),
    failure: (who, error) => {
      say(`${who} failed: ${error instanceof Error ? error.message : String(error)}`)
    },
  }
  const targets: (readonly [title: string, rows: readonly Target[]])[] = []
  if (workloadNames.some((name) => options.only.includes(name))) {
    for (const state of options.states) targets.push([`Targets (${state})`, await throughput(context, state)])
  }
  const rows: Target[] = []
  for (const name of scenarioNames.filter((candidate) => options.only.includes(candidate))) {
    rows.push(...(await scenarios[name](context)))
  }
  if (rows.length > 0) targets.push(['Targets (scenarios)', rows])
  for (const [title, list] of targets) context.show(renderTargets(title, list))
}

await main()
