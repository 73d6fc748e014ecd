import { parseArgs } from 'node:util'
import type { Library } from '../libraries/library.ts'
import { library as loop } from '../libraries/loop.ts'
import { median } from '../report/statistics.ts'
import { report } from '../report/channel.ts'
import { pollute, runOnce } from './pollute.ts'
import { type WorkloadName, workloadNames, workloads } from './workloads.ts'

/** What one child process finds out. */
export interface Measurement {
  readonly nanoseconds: number
  readonly records: number
}

/** Enough short runs for the compiler to settle, then longer ones for what only shows when arrays are large. */
const warmUps = [0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.1, 0.1]
/** One measurement is enough once this much time has gone into it. */
const enoughMs = 2000

const measure = async (
  library: Library,
  name: WorkloadName,
  size: number,
  samples: number,
): Promise<Measurement> => {
  for (const part of warmUps) await runOnce(library, name, Math.ceil((size * part) / 4) * 4)
  const input = workloads[name].input(size)
  const expected = (await runOnce(loop, name, size, input)).sum
  const counted = workloads[name].recordsCounted(size)
  const times: number[] = []
  let spentMs = 0
  // Once, not before every run: a forced collection throws away optimised code too, which no program has to bear.
  globalThis.gc?.()
  while (times.length < samples && spentMs < enoughMs) {
    const start = performance.now()
    const cell = await runOnce(library, name, size, input)
    const elapsedMs = performance.now() - start
    if (cell.sum !== expected) {
      throw new Error(`wrong result on ${name}: ${String(cell.sum)}, the loop says ${String(expected)}`)
    }
    spentMs += elapsedMs
    times.push((elapsedMs * 1e6) / counted)
  }
  return { nanoseconds: median(times), records: size }
}

const { values } = parseArgs({
  options: {
    module: { type: 'string' },
    workload: { type: 'string' },
    fraction: { type: 'string', default: '1' },
    samples: { type: 'string', default: '3' },
    polluted: { type: 'boolean', default: false },
  },
})
const name = workloadNames.find((candidate) => candidate === values.workload)
if (values.module === undefined || name === undefined) throw new Error('--module and --workload are required')

const { library } = (await import(values.module)) as { library: Library }
if (values.polluted) await pollute(library, name)
const size = Math.ceil((workloads[name].records * Number(values.fraction)) / 4) * 4
report(await measure(library, name, size, Number(values.samples)))
