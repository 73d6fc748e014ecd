import type { PartNews } from '../../src/cluster/protocol/heartbeat.ts'
import type { SlotOrder } from '../../src/cluster/protocol/slot-messages.ts'
import { startRegionHost } from '../../src/cluster/region/region-host.ts'
import { planRegions } from '../../src/cluster/regions/plan-regions.ts'
import { compile } from '../../src/compiler/compile.ts'
import type { RecordedPipeline } from '../../src/environment/recorded-pipeline.ts'
import { graphHash } from '../../src/graph/graph-hash.ts'
import { END, LocalEnvironment, type PullSource } from '../../src/index.ts'
import { nats } from '../../src/nats/index.ts'
import {
  type ClusterRecord,
  type ClusterRun,
  type ClusterTime,
  COMMIT_INTERVAL,
  recordOf,
} from './cluster-work.ts'

class Recording extends LocalEnvironment {
  get all(): RecordedPipeline {
    return this.recorded
  }
}

/** The regions of the same work, all in this process, over the same server. */
export async function runRegions(run: ClusterRun): Promise<ClusterTime> {
  const { records, partitions, job, address } = run
  const env = new Recording('cluster', { parallelism: partitions })
  let sum = 0
  env
    .fromSource(sourceOf(records), { parallelism: 1 })
    .keyBy(({ key }) => key)
    .count()
    .sink(([, count]) => {
      sum += count
    })
  const recorded = env.all
  const regions = planRegions(compile(recorded.graph, partitions)).map(({ id }) => id)
  const engine = nats(address)
  const connection = await engine.connect('bench')
  await connection.createLog(job)
  const begun = performance.now()
  const last = await new Promise<PartNews['regions']>((resolve, reject) => {
    const host = startRegionHost({
      recorded,
      engine,
      limits: { commitInterval: COMMIT_INTERVAL },
      refuse: reject,
      order: orderOf(recorded, run),
      tell: ({ regions: news }) => {
        const failed = news.find(({ state }) => state === 'failed')
        if (failed !== undefined) reject(new Error(failed.error?.message))
        if (news.length < regions.length || news.some(({ state }) => state !== 'ended')) return
        void host.close().then(() => resolve(news))
      },
    })
    host.heed({ job, slot: 0, regions, services: false, phase: 'run', reason: null, over: [] })
  })
  const milliseconds = performance.now() - begun
  await connection.deleteLog(job)
  await connection.close()
  return { milliseconds, sum, commits: last.reduce((all, { report }) => all + (report?.commits ?? 0), 0) }
}

function sourceOf(records: number): new () => PullSource<ClusterRecord> {
  return class implements PullSource<ClusterRecord> {
    #next = 0

    next(): ClusterRecord | typeof END {
      return this.#next === records ? END : recordOf(this.#next++)
    }

    snapshot(): number {
      return this.#next
    }

    restore(next: unknown): void {
      this.#next = next as number
    }
  }
}

function orderOf({ graph }: RecordedPipeline, { job, address, partitions }: ClusterRun): SlotOrder {
  return {
    program: { entry: '', argv: [], ordinal: 0, local: true, insideJob: false, earlier: [] },
    graphHash: graphHash(graph),
    job,
    worker: 'bench',
    slot: 0,
    address,
    parallelism: partitions,
  }
}
