import { parseArgs } from 'node:util'
import { from } from 'rxjs'
import { report } from '../report/channel.ts'
import { quantile } from '../report/statistics.ts'
import { drain } from '../libraries/rxjs.ts'
import { Cell } from '../throughput/workloads.ts'

export interface SliceReport {
  /** The longest that a timer due at once had to wait for its turn. */
  readonly longestMs: number
  /** All but one in a hundred waited no longer. */
  readonly usualMs: number
  readonly turns: number
  readonly seconds: number
}

const { values } = parseArgs({
  options: { variant: { type: 'string', default: '' }, work: { type: 'string', default: '' } },
})

const busy = (ms: number): void => {
  const end = performance.now() + ms
  while (performance.now() < end);
}

interface Work {
  readonly records: number
  readonly handle: (record: number) => number
  /** How often the ideal yielder looks at the clock. */
  readonly clockEvery: number
}

const works: { readonly [name: string]: Work } = {
  slow: {
    records: 4096,
    handle: (record) => {
      busy(1)
      return record
    },
    clockEvery: 1,
  },
  tight: { records: 50_000_000, handle: (record) => record + 1, clockEvery: 1024 },
}

function* count(records: number): Generator<number, void, undefined> {
  for (let i = 0; i < records; i++) yield i
}

/** One yield after this long and no sooner; as long as the slice that LocalEnvironment takes by default. */
const idealSliceMs = 8

const ideal = async ({ records, handle, clockEvery }: Work, cell: Cell): Promise<void> => {
  let sliceEnds = performance.now() + idealSliceMs
  let untilClock = clockEvery
  for (const record of count(records)) {
    cell.sum += handle(record)
    if (--untilClock > 0) continue
    untilClock = clockEvery
    if (performance.now() < sliceEnds) continue
    await new Promise((resolve) => setImmediate(resolve))
    sliceEnds = performance.now() + idealSliceMs
  }
}

const millrace = async ({ records, handle }: Work, cell: Cell): Promise<void> => {
  const { LocalEnvironment } = await import('../../src/index.ts')
  const env = new LocalEnvironment('slice')
  env
    .fromBatch(() => count(records))
    .map(handle)
    .sink((x) => {
      cell.sum += x
    })
  await env.submit({ autostop: true })
}

const rxjs = ({ records, handle }: Work, cell: Cell): Promise<void> =>
  drain(from(count(records)), (record) => {
    cell.sum += handle(record)
  })

const variants: { readonly [name: string]: (work: Work, cell: Cell) => Promise<void> } = {
  ideal,
  millrace,
  rxjs,
}

const run = variants[values.variant]
const work = works[values.work]
if (run === undefined || work === undefined) throw new Error('--variant and --work are required')

// Once in small: loading and compiling are not what is asked about.
await run({ ...work, records: work.records / 100 }, new Cell())

const waits: number[] = []
const cell = new Cell()
let due = performance.now()
let timer = setTimeout(function probe() {
  const now = performance.now()
  waits.push(now - due)
  due = now
  timer = setTimeout(probe, 0)
}, 0)
const start = performance.now()
await run(work, cell)
const seconds = (performance.now() - start) / 1000
waits.push(performance.now() - due)
clearTimeout(timer)

const outcome: SliceReport = {
  longestMs: Math.max(...waits),
  usualMs: quantile(waits, 0.99),
  turns: waits.length,
  seconds,
}
report(outcome)
