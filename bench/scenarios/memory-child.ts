import { parseArgs } from 'node:util'
import { setImmediate as immediate } from 'node:timers/promises'
import { concatMap, from, mergeMap, type Observable } from 'rxjs'
import { report } from '../report/channel.ts'
import { slope } from '../report/statistics.ts'

export interface MemoryReport {
  readonly finished: boolean
  readonly sunk: number
  readonly seconds: number
  readonly peakMegabytes: number
  /** The most that was ever pulled from the source and not yet through the sink. */
  readonly ahead: number
  /** Resident bytes gained per record after the first hundred thousand, in threads after two million; undefined where it never got that far. */
  readonly bytesPerRecord?: number
}

interface Item {
  readonly id: number
  readonly name: string
}

const { values } = parseArgs({
  options: {
    variant: { type: 'string', default: '' },
    records: { type: 'string', default: '5000000' },
    limit: { type: 'string', default: '45' },
  },
})
const records = Number(values.records)
/** From here on nothing is to grow; in threads there are three heaps that grow into their limits first. */
const settled = values.variant === 'millrace in threads' ? 2_000_000 : 100_000
const sampleEvery = 20_000

let pulled = 0
let sunk = 0
let ahead = 0
const samples: [sunk: number, bytes: number][] = []

const pull = (): void => {
  pulled++
  if (pulled - sunk > ahead) ahead = pulled - sunk
}

function* items(): Generator<Item, void, undefined> {
  for (let id = 0; id < records; id++) {
    pull()
    yield { id, name: 'record' }
  }
}

async function* itemsAsync(): AsyncGenerator<Item, void, undefined> {
  yield* items()
}

/** The slow end of every variant: one turn of the event loop for each record. */
const sink = async (item: Item): Promise<void> => {
  await immediate(item)
  count()
}

const count = (): void => {
  sunk++
  if (sunk % sampleEvery === 0) samples.push([sunk, process.memoryUsage.rss()])
}

const drain = (stream: Observable<unknown>): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.subscribe({ error: reject, complete: resolve })
  })

const millrace = async (concurrency: number): Promise<void> => {
  const { LocalEnvironment } = await import('../../src/index.ts')
  const env = new LocalEnvironment('memory')
  env.fromBatch(() => items()).sink(sink, { concurrency })
  await env.submit({ autostop: true })
}

const variants: { readonly [name: string]: () => Promise<void> } = {
  loop: async () => {
    for (const item of items()) await sink(item)
  },
  'async generators': async () => {
    for await (const item of itemsAsync()) await sink(item)
  },
  'rxjs concatMap': () => drain(from(items()).pipe(concatMap(sink))),
  'rxjs mergeMap 16': () => drain(from(items()).pipe(mergeMap(sink, 16))),
  millrace: () => millrace(1),
  'millrace 16': () => millrace(16),
  'millrace in threads': async () => {
    const { sinkFromThreads } = await import('./memory-threads-program.ts')
    await sinkFromThreads({ records, pulled: pull, sunk: count })
  },
}

const start = performance.now()
const tell = (finished: boolean): void => {
  const late = samples.filter(([count]) => count >= settled)
  const outcome: MemoryReport = {
    finished,
    sunk,
    seconds: (performance.now() - start) / 1000,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    ahead,
    ...(late.length > 2 ? { bytesPerRecord: slope(late) } : {}),
  }
  report(outcome)
}

const run = variants[values.variant]
if (run === undefined) throw new Error(`no variant is called '${values.variant}'`)
const limit = setTimeout(
  () => {
    tell(false)
    process.exit(0)
  },
  Number(values.limit) * 1000,
)
await run()
clearTimeout(limit)
if (sunk !== records) throw new Error(`${String(sunk)} of ${String(records)} arrived`)
tell(true)
