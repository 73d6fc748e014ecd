import { deserialize } from 'node:v8'
import { startRegionHost } from '../../../src/cluster/region/region-host.ts'
import type { RegionHost } from '../../../src/cluster/region/region-host-contract.ts'
import { decodeRecord } from '../../../src/cluster/region/region-record.ts'
import type { RegionNews } from '../../../src/cluster/protocol/heartbeat.ts'
import type { SlotOrder } from '../../../src/cluster/protocol/slot-messages.ts'
import { planRegions } from '../../../src/cluster/regions/plan-regions.ts'
import { compile } from '../../../src/compiler/compile.ts'
import type { RecordedPipeline } from '../../../src/environment/recorded-pipeline.ts'
import { fromPortableError } from '../../../src/errors/portable-error-codec.ts'
import { LocalEnvironment } from '../../../src/index.ts'
import { graphHash } from '../../../src/graph/graph-hash.ts'
import { MemoryEngine, type MemoryLog } from './memory-engine.ts'

/** Shows what it has recorded. */
export class RecordingEnvironment extends LocalEnvironment {
  get all(): RecordedPipeline {
    return this.recorded
  }
}

const JOB = 'j1'

/** Runs a pipeline's regions in slots that the test starts and kills, over an engine in memory. */
export class RegionRunner {
  readonly engine = new MemoryEngine()
  readonly regions: readonly string[]
  readonly #recorded: RecordedPipeline
  /** By region, as told last by whoever has it. */
  readonly #news = new Map<string, RegionNews>()
  readonly #slots = new Map<string, RegionHost>()
  #wake: () => void = () => {}

  private constructor(recorded: RecordedPipeline) {
    this.#recorded = recorded
    const plan = compile(recorded.graph, recorded.options.parallelism)
    this.regions = planRegions(plan).map(({ id }) => id)
  }

  static async of(env: RecordingEnvironment): Promise<RegionRunner> {
    const runner = new RegionRunner(env.all)
    await (await runner.engine.connect()).createLog(JOB)
    return runner
  }

  get log(): MemoryLog {
    return this.engine.logs.get(JOB)!
  }

  /** One that has these regions, from where they stand; whoever had them before is not told. */
  start(slot: string, regions: readonly string[], phase: 'run' | 'stop' = 'run'): void {
    let host = this.#slots.get(slot)
    if (host === undefined) {
      const order: SlotOrder = {
        program: { entry: '', argv: [], ordinal: 0, local: true, insideJob: false, earlier: [] },
        graphHash: graphHash(this.#recorded.graph),
        job: JOB,
        worker: slot,
        slot: 0,
        address: '',
        parallelism: this.#recorded.options.parallelism,
      }
      host = startRegionHost({
        recorded: this.#recorded,
        order,
        engine: this.engine,
        commitInterval: 1,
        tell: ({ regions: news }) => {
          for (const one of news) this.#news.set(one.region, one)
          this.#wake()
        },
      })
      this.#slots.set(slot, host)
    }
    const over = this.regions.filter((region) => this.#news.get(region)?.state === 'ended')
    host.heed({ job: JOB, slot: 0, regions, services: false, phase, reason: null, over })
  }

  /** It ends as it stands. */
  async kill(slot: string): Promise<void> {
    await this.#slots.get(slot)?.close()
    this.#slots.delete(slot)
  }

  get hasEnded(): boolean {
    return this.regions.every((region) => this.#news.get(region)?.state === 'ended')
  }

  /** Resolves when all regions have ended. @throws what a region has failed with. */
  async end(): Promise<void> {
    while (!this.hasEnded) {
      for (const { error, state } of this.#news.values()) {
        if (state === 'failed' && error !== null) throw fromPortableError(error)
      }
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** What `collect()` of that node has received. */
  collected(node: string): unknown[] {
    return (this.log.ends.get(`out.${node}`) ?? []).flatMap(({ bytes }) => deserialize(bytes) as unknown[])
  }

  /** A column of an operator's books, as all regions have committed them. */
  async book(name: string, column: string): Promise<number> {
    const node = this.#recorded.graph.nodes.find((one) => one.name === name)!
    let sum = 0
    for (const region of this.regions) {
      const { report } = decodeRecord((await this.log.committed(region))!)
      for (const operator of report.operators) {
        if (operator.node === node.id) sum += operator.book[column] ?? 0
      }
    }
    return sum
  }

  async close(): Promise<void> {
    await Promise.all([...this.#slots.keys()].map((slot) => this.kill(slot)))
  }
}
