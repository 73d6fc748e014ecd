import { startRegionHost } from '../../../src/cluster/region/region-host.ts'
import type { RegionHost } from '../../../src/cluster/region/region-host-contract.ts'
import { collectedValues } from '../../../src/cluster/region/forwarding-buffer.ts'
import type { RegionLimits } from '../../../src/cluster/region/region-limits.ts'
import { decodeRecord } from '../../../src/cluster/region/region-record.ts'
import type { PartOrder, RegionNews } from '../../../src/cluster/protocol/heartbeat.ts'
import type { SlotOrder } from '../../../src/cluster/protocol/slot-messages.ts'
import { balancedBooks } from '../../../src/cluster/regions/balanced-books.ts'
import { planRegions } from '../../../src/cluster/regions/plan-regions.ts'
import { compile } from '../../../src/compiler/compile.ts'
import type { Plan } from '../../../src/compiler/plan.ts'
import type { RecordedPipeline } from '../../../src/environment/recorded-pipeline.ts'
import { fromPortableError } from '../../../src/errors/portable-error-codec.ts'
import { LocalEnvironment } from '../../../src/index.ts'
import type { NodeResult } from '../../../src/job/job-result.ts'
import { addBook, Book } from '../../../src/runtime/metrics/book.ts'
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
  readonly #limits: Partial<RegionLimits>
  readonly #plan: Plan
  /** By region, as told last by whoever has it. */
  readonly #news = new Map<string, RegionNews>()
  readonly #slots = new Map<string, RegionHost>()
  #wake: () => void = () => {}

  private constructor(recorded: RecordedPipeline, limits: Partial<RegionLimits>) {
    this.#recorded = recorded
    this.#limits = limits
    this.#plan = compile(recorded.graph, recorded.options.parallelism)
    this.regions = planRegions(this.#plan).map(({ id }) => id)
  }

  static async of(env: RecordingEnvironment, limits: Partial<RegionLimits> = {}): Promise<RegionRunner> {
    const runner = new RegionRunner(env.all, limits)
    await (await runner.engine.connect()).createLog(JOB)
    return runner
  }

  get log(): MemoryLog {
    return this.engine.logs.get(JOB)!
  }

  /** One that has these regions, from where they stand; whoever had them before is not told. */
  start(slot: string, regions: readonly string[], phase: PartOrder['phase'] = 'run'): void {
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
        limits: { commitInterval: 1, lookInterval: 5, ...this.#limits },
        refuse: () => {},
        tell: ({ regions: news }) => {
          for (const one of news) {
            // Who had it before may say what became of it there.
            if (this.#news.get(one.region)?.state !== 'ended') this.#news.set(one.region, one)
          }
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

  stateOf(region: string): RegionNews['state'] | undefined {
    return this.#news.get(region)?.state
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
    return (this.log.ends.get(`out.${node}`) ?? []).flatMap(({ bytes }) => collectedValues(bytes))
  }

  /** What every `collect()` has received, in the order in which they were recorded. */
  get received(): readonly (readonly unknown[])[] {
    const sinks = this.#recorded.graph.nodes.filter((node) => node.kind === 'sink' && node.sink === 'collect')
    return sinks.map(({ id }) => this.collected(id))
  }

  /** The books of every operator, as all regions have committed them. */
  async nodes(): Promise<readonly NodeResult[]> {
    const sums = new Map<string, Book>()
    for (const region of this.regions) {
      const record = await this.log.committed(region)
      if (record === null) continue
      for (const { node, book } of decodeRecord(record).report.operators) {
        const sum = sums.get(node) ?? new Book()
        addBook(sum, Object.assign(new Book(), book))
        sums.set(node, sum)
      }
    }
    const nodes = this.#plan.nodes.map(({ transformation: { id, name, kind, inputs }, parallelism }) => {
      const book = sums.get(id) ?? new Book()
      return { id, name, kind, inputs, parallelism, ...book, handled: book.handled }
    })
    return this.hasEnded ? balancedBooks(this.#recorded.graph, nodes, 'dropped') : nodes
  }

  /** A column of an operator's books. */
  async book(name: string, column: keyof Book): Promise<number> {
    return (await this.nodes()).find((node) => node.name === name)![column]
  }

  async close(): Promise<void> {
    await Promise.all([...this.#slots.keys()].map((slot) => this.kill(slot)))
  }
}
