import { contenders, loop, loopWithLocalSum, ours, withoutCodeGeneration } from '../contenders.ts'
import type { Spread } from '../report/statistics.ts'
import { atLeast, atMost, notMeasured, type Target } from '../report/target.ts'
import type { Results } from './results.ts'
import type { WorkloadName } from './workloads.ts'

const notPeers = [loop, loopWithLocalSum, ours, withoutCodeGeneration]
const peers = contenders.map(({ id }) => id).filter((id) => !notPeers.includes(id))

const mostCore = '@most/core'

/** The nearest of the peers that were measured; nobody nearer means ahead of all. */
const aheadOfAll = (results: Results, workload: WorkloadName, except: readonly string[] = []): Target => {
  const others = except.length === 0 ? 'every library' : 'every other library'
  const target = `${workload}: ahead of ${others}`
  let nearest: { readonly peer: string; readonly spread: Spread } | undefined
  for (const peer of peers.filter((id) => !except.includes(id))) {
    const spread = results.ratio(workload, peer, ours)
    if (spread !== undefined && (nearest === undefined || spread.median < nearest.spread.median)) {
      nearest = { peer, spread }
    }
  }
  return nearest === undefined
    ? notMeasured(target)
    : atLeast(target, 1, nearest.spread, `nearest: ${nearest.peer}`)
}

const within = (results: Results, workload: WorkloadName, limit: number, peer: string): Target => {
  const whom = peer === loop ? 'the loop' : peer
  return atMost(
    `${workload}: within ${String(limit)}x of ${whom}`,
    limit,
    results.ratio(workload, ours, peer),
  )
}

const ahead = (results: Results, workload: WorkloadName, limit: number, peer: string): Target => {
  const how = limit === 1 ? '' : `at least ${String(limit)}x `
  return atLeast(`${workload}: ${how}ahead of ${peer}`, limit, results.ratio(workload, peer, ours))
}

export const throughputTargets = (results: Results, names: readonly WorkloadName[]): readonly Target[] => {
  const rows: { readonly [Name in WorkloadName]: () => readonly Target[] } = {
    a: () => [aheadOfAll(results, 'a'), within(results, 'a', 2, loop)],
    b: () => [aheadOfAll(results, 'b'), ahead(results, 'b', 4, mostCore), within(results, 'b', 3, loop)],
    d: () => [within(results, 'd', 1.25, loop), ahead(results, 'd', 50, 'rxjs groupBy')],
    e: () => [ahead(results, 'e', 1, mostCore)],
    f: () => [within(results, 'f', 1.25, mostCore), aheadOfAll(results, 'f', [mostCore])],
    g: () => [aheadOfAll(results, 'g')],
    c: () => [
      within(results, 'c', 3, loop),
      ahead(results, 'c', 10, 'rxjs'),
      ahead(results, 'c', 10, mostCore),
    ],
    ci: () => [within(results, 'ci', 1.5, loop)],
  }
  const fallback = names.map((name) =>
    atLeast(
      `${name}: without code generation ahead of rxjs`,
      1,
      results.ratio(name, 'rxjs', withoutCodeGeneration),
    ),
  )
  return [...names.flatMap((name) => rows[name]()), ...fallback]
}
