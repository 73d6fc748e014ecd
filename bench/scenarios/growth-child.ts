import { parseArgs } from 'node:util'
import { LocalEnvironment } from '../../src/index.ts'
import { report } from '../report/channel.ts'
import { median } from '../report/statistics.ts'
import { Cell } from '../throughput/workloads.ts'

const { values } = parseArgs({
  options: { axis: { type: 'string', default: '' }, size: { type: 'string', default: '1' } },
})
const size = Number(values.size)

function* count(records: number): Generator<number, void, undefined> {
  for (let i = 0; i < records; i++) yield i
}

const add =
  (cell: Cell): ((x: number) => void) =>
  (x) => {
    cell.sum += x
  }

const alongRecords = async (records: number): Promise<void> => {
  const env = new LocalEnvironment('records')
  const cell = new Cell()
  env
    .fromBatch(() => count(records))
    .map((x) => x + 1)
    .filter((x) => (x & 1) === 0)
    .sink(add(cell))
  await env.submit({ autostop: true })
  const evens = Math.floor(records / 2)
  if (cell.sum !== evens * (evens + 1)) throw new Error(`wrong sum ${String(cell.sum)}`)
}

const perChain = 100_000

const alongOperators = async (operators: number): Promise<void> => {
  const env = new LocalEnvironment('operators')
  const cell = new Cell()
  let stream = env.fromBatch(() => count(perChain))
  for (let i = 0; i < operators; i++) stream = stream.map((x) => x + 1)
  stream.sink(add(cell))
  await env.submit({ autostop: true })
  if (cell.sum !== (perChain * (perChain - 1)) / 2 + perChain * operators)
    throw new Error(`wrong sum ${String(cell.sum)}`)
}

const perSubtask = 100_000

/** Each subtask adds its own share of records, so what is asked is whether many cost more apiece than few. */
const alongSubtasks = async (parallelism: number): Promise<void> => {
  const env = new LocalEnvironment('subtasks')
  const cell = new Cell()
  const records = perSubtask * parallelism
  env
    .fromBatch(() => count(records))
    .rebalance()
    .map((x) => x + 1, { parallelism })
    .sink(add(cell), { parallelism })
  await env.submit({ autostop: true })
  if (cell.sum !== (records * (records + 1)) / 2) throw new Error(`wrong sum ${String(cell.sum)}`)
}

const axes: {
  readonly [name: string]: { run: (size: number) => Promise<void>; units: number; warmUp: number }
} = {
  records: { run: alongRecords, units: size, warmUp: 20_000 },
  operators: { run: alongOperators, units: perChain * size, warmUp: size },
  subtasks: { run: alongSubtasks, units: perSubtask * size, warmUp: size },
}

const axis = axes[values.axis]
if (axis === undefined) throw new Error(`no axis is called '${values.axis}'`)

for (let i = 0; i < 5; i++) await axis.run(axis.warmUp)
const nanoseconds: number[] = []
for (let i = 0; i < 3; i++) {
  globalThis.gc?.()
  const start = performance.now()
  await axis.run(size)
  nanoseconds.push(((performance.now() - start) * 1e6) / axis.units)
}
report(median(nanoseconds))
