import { parseArgs } from 'node:util'
import { contenderById } from './contenders.ts'
import { workloadNames } from './throughput/workloads.ts'

export const scenarioNames = [
  'memory',
  'slice',
  'startup',
  'growth',
  'trickle',
  'capture',
  'checkpoint',
  'jobs',
  'cli-start',
  'first-paint',
  'threads',
  'cluster',
] as const
export type ScenarioName = (typeof scenarioNames)[number]

export const stateNames = ['warm', 'polluted'] as const
export type ProcessState = (typeof stateNames)[number]

export interface Options {
  readonly rounds: number
  readonly samples: number
  /** Workloads and scenarios; everything where nothing is said. */
  readonly only: readonly string[]
  /** Libraries; all where nothing is said. */
  readonly libraries: readonly string[]
  readonly quick: boolean
  readonly states: readonly ProcessState[]
  /** After which a library that holds everything in memory is stopped. */
  readonly memoryLimitSeconds: number
}

export const usage = `npm run bench -- [options]

  --rounds N         times each library runs each workload (default 9; 3 with --quick)
  --samples N        measurements in each process, of which the median counts (default 3)
  --only a,b,...     workloads (${workloadNames.join(', ')}) and scenarios (${scenarioNames.join(', ')})
  --libs x,y,...     libraries to run beside millrace and the loop
  --quick            3 rounds and without the slowest libraries
  --polluted         in processes that have run other pipelines before
  --both             in warm processes, then in polluted ones
  --memory           the same as --only memory
  --memory-limit S   stop a library in the memory scenario after S seconds (default 45; 15 with --quick)
`

const list = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

const positive = (flag: string, text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new Error(`--${flag} takes a positive integer, not '${text}'`)
}

/** Throws on anything it does not know, so that a typing error never measures the wrong thing for an hour. */
export const parseOptions = (args: readonly string[]): Options | 'help' => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      samples: { type: 'string' },
      only: { type: 'string' },
      libs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      polluted: { type: 'boolean', default: false },
      both: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      'memory-limit': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const quick = values.quick
  const known: readonly string[] = [...workloadNames, ...scenarioNames]
  const only = [...list(values.only), ...(values.memory ? ['memory'] : [])]
  const unknown = only.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`nothing is called '${unknown}'; there are ${known.join(', ')}`)
  return {
    rounds: positive('rounds', values.rounds ?? (quick ? '3' : '9')),
    samples: positive('samples', values.samples ?? '3'),
    only: only.length > 0 ? only : known,
    libraries: list(values.libs).map((id) => contenderById(id).id),
    quick,
    states: values.both ? stateNames : values.polluted ? ['polluted'] : ['warm'],
    memoryLimitSeconds: positive('memory-limit', values['memory-limit'] ?? (quick ? '15' : '45')),
  }
}
