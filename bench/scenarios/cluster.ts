import { randomBytes } from 'node:crypto'
import { startNats } from '../../test/support/nats/start-nats.ts'
import { findServer } from '../../test/support/nats/find-server.ts'
import { attempt, type Part } from '../context.ts'
import { spreadOf } from '../report/statistics.ts'
import { range, renderTable, times } from '../report/table.ts'
import { atLeast } from '../report/target.ts'
import type { ClusterTime } from './cluster-work.ts'

const variants = ['bare client', 'millrace']
const partitions = 8

/** Records dealt out by key over a log and counted, exactly once: beside the bare client doing the same commits. */
export const cluster: Part = async (context) => {
  const { children, options } = context
  if (findServer() === null) {
    context.show('cluster: there is no nats-server, so it is not measured ($NATS_SERVER names one)\n')
    return []
  }
  const records = options.quick ? 300_000 : 1_500_000
  const ends: (() => unknown)[] = []
  const { address } = await startNats({ cleanup: (end) => void ends.push(end) })
  const found = new Map<string, ClusterTime[]>(variants.map((variant) => [variant, []]))
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const variant of variants) {
        context.progress(`cluster, ${variant}, ${round + 1} of ${options.rounds}`)
        const job = randomBytes(4).toString('hex')
        const args = ['--variant', variant, '--address', address, '--job', job]
        const size = ['--records', String(records), '--partitions', String(partitions)]
        const outcome = await attempt<ClusterTime>(context, `cluster, ${variant}`, () =>
          children.run({ module: 'scenarios/cluster-child.ts', args: [...args, ...size] }),
        )
        if (outcome === undefined) continue
        if (outcome.sum !== records) throw new Error(`${variant} has counted ${outcome.sum} of ${records}`)
        found.get(variant)!.push(outcome)
      }
    }
  } finally {
    for (const end of ends.toReversed()) await end()
  }
  const bare = found.get('bare client')!
  const beside = found.get('millrace')!.map((own, round) => bare[round]!.milliseconds / own.milliseconds)
  context.show(
    renderTable({
      title: `cluster: ${records} records by key over NATS to ${partitions} partitions, exactly once`,
      head: ['', 'records/s', 'commits', 'times as fast as the bare client', 'quartiles'],
      rows: variants.map((variant) => {
        const own = found.get(variant)!
        const ratio = spreadOf(variant === 'millrace' ? beside : bare.map(() => 1))
        const speed = spreadOf(own.map(({ milliseconds }) => (records / milliseconds) * 1000)).median
        const commits = spreadOf(own.map((one) => one.commits)).median
        return [
          variant,
          Math.round(speed).toLocaleString('en'),
          String(Math.round(commits)),
          times(ratio.median),
          range(ratio.low, ratio.high),
        ]
      }),
    }),
  )
  return [atLeast('cluster: at least 0.8x of the bare client', 0.8, spreadOf(beside))]
}
