import { parseArgs } from 'node:util'
import type { Library } from '../libraries/library.ts'
import { report } from '../report/channel.ts'
import { median } from '../report/statistics.ts'
import { Cell, type Step } from '../throughput/workloads.ts'

export interface StartupReport {
  /** The first pipeline of the process. */
  readonly coldMs: number
  /** The median of the later ones. */
  readonly warmMs: number
}

const { values } = parseArgs({
  options: { module: { type: 'string', default: '' }, operators: { type: 'string', default: '3' } },
})
const { library } = (await import(values.module)) as { library: Library }

const operators = Number(values.operators)
const steps: Step[] = []
for (let i = 0; i < operators; i++) steps.push({ kind: 'map', f: (x) => x + i })
const expected = (operators * (operators - 1)) / 2

const once = async (): Promise<number> => {
  const cell = new Cell()
  const start = performance.now()
  await library.chain([0], steps, cell)
  const elapsed = performance.now() - start
  if (cell.sum !== expected) throw new Error(`wrong result: ${String(cell.sum)}, not ${String(expected)}`)
  return elapsed
}

const coldMs = await once()
const later: number[] = []
for (let i = 0; i < 300; i++) later.push(await once())
const outcome: StartupReport = { coldMs, warmMs: median(later.slice(100)) }
report(outcome)
