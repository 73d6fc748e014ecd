import { parseArgs } from 'node:util'
import { serialize } from 'node:v8'
import { StateTable } from '../../src/runtime/state/state-table.ts'
import { realClock } from '../../src/time/real-clock.ts'
import { report } from '../report/channel.ts'
import { quantile } from '../report/statistics.ts'

export interface CaptureReport {
  /** The longest the event loop was held up, at the barrier included. */
  readonly longestMs: number
  /** All but one slice in a hundred were no longer. */
  readonly usualMs: number
  readonly slices: number
  readonly totalMs: number
  readonly bytes: number
  /** One call for the same state. */
  readonly cloneMs: number
  readonly serializeMs: number
}

const { values } = parseArgs({
  options: { keys: { type: 'string', default: '1000000' }, touched: { type: 'string', default: '0' } },
})

interface Total {
  count: number
  sum: number
  last: string
}

const timed = (run: () => unknown): number => {
  const start = performance.now()
  run()
  return performance.now() - start
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const filled = (keys: number): StateTable<Total> => {
  const table = new StateTable<Total>()
  for (let i = 0; i < keys; i++) table.insert(`key ${String(i)}`, { count: i, sum: i / 3, last: 'none' })
  return table
}

/** Between slices, so many keys all over the table are changed, each of which is then serialised before its turn. */
const capture = async (
  table: StateTable<Total>,
  touched: number,
): Promise<Omit<CaptureReport, 'cloneMs' | 'serializeMs'>> => {
  const waits: number[] = []
  let bytes = 0
  let next = 0
  let slice: Uint8Array | null = null
  const started = performance.now()
  const captured = table.capture(true, realClock)
  waits.push(performance.now() - started)
  do {
    waits.push(
      timed(() => {
        slice = captured.next()
      }),
    )
    bytes += (slice as Uint8Array | null)?.length ?? 0
    for (let i = 0; i < touched; i++) {
      next = (next + 611_953) % table.size
      const cell = table.cell(`key ${String(next)}`)
      if (cell === undefined) continue
      if (cell.epoch !== table.epoch) table.touch(cell)
      cell.value.count++
    }
    await turn()
  } while (slice !== null)
  captured.abort()
  return {
    longestMs: Math.max(...waits),
    usualMs: quantile(waits, 0.99),
    slices: waits.length,
    totalMs: waits.reduce((sum, wait) => sum + wait, 0),
    bytes,
  }
}

// Once in small: compiling is not what is asked about.
await capture(filled(50_000), 10)

const table = filled(Number(values.keys))
const state = new Map([...table.cells()].map(({ key, value }) => [key, value]))
const cloneMs = timed(() => structuredClone(state))
const serializeMs = timed(() => serialize(state))
state.clear()
await turn()
const outcome: CaptureReport = {
  ...(await capture(table, Number(values.touched))),
  cloneMs,
  serializeMs,
}
report(outcome)
