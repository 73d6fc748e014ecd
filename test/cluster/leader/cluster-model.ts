import assert from 'node:assert/strict'
import { advance } from '../../../src/cluster/leader/advance.ts'
import { type ClusterView, emptyView, isOver } from '../../../src/cluster/leader/cluster-view.ts'
import { hear } from '../../../src/cluster/leader/hear.ts'
import { type JobRecords, noteRecords } from '../../../src/cluster/leader/note-records.ts'
import { ordersFor } from '../../../src/cluster/leader/orders-for.ts'
import type { Heartbeat, PartNews, PartOrder, RegionNews } from '../../../src/cluster/protocol/heartbeat.ts'
import type { ClusterJobSpec } from '../../../src/cluster/protocol/job-spec.ts'
import type { ClusterJobState, ClusterJobWish } from '../../../src/cluster/protocol/job-state.ts'
import type { PortableError } from '../../../src/errors/portable-error.ts'
import { noRestart } from '../../../src/functions/restart-strategy.ts'

export function jobSpec(
  id: string,
  regions: number,
  { services = [], ...rest }: Partial<ClusterJobSpec> = {},
): ClusterJobSpec {
  return {
    format: 1,
    id,
    name: id,
    submittedAt: `2026-01-01T00:00:00.000Z`,
    program: { entry: 'program.mjs', files: [], argv: [], env: {}, ordinal: 0, earlier: '' },
    graph: { name: id, nodes: [], services },
    graphHash: 'hash',
    parallelism: 1,
    regions: Array.from({ length: regions }, (_, i) => ({
      id: `r${i}`,
      operators: ['map'],
      subtasks: [`t${i}/0`],
    })),
    services,
    autostop: true,
    stopTimeout: 5_000,
    restart: noRestart(),
    ...rest,
  }
}

const failure: PortableError = { name: 'TypeError', lineage: ['TypeError'], message: 'no such thing' }

interface ModelPart {
  order: PartOrder
  readonly regions: Map<string, RegionNews['state']>
  services: PartNews['services']
}

/** A worker that does as it is told, at times of the test's choosing. */
export class ModelWorker {
  readonly id: string
  readonly parts = new Map<string, ModelPart>()
  draining = false
  /** What operators fail with. */
  failure: PortableError = failure
  #number = 0

  constructor(id: string) {
    this.id = id
  }

  heartbeat(): Heartbeat {
    return {
      worker: this.id,
      number: ++this.#number,
      host: 'here',
      pid: 1,
      slots: 2,
      labels: {},
      draining: this.draining,
      parts: [...this.parts.values()].map(({ order, regions, services }) => ({
        job: order.job,
        slot: order.slot,
        regions: [...regions].map(([region, state]) => ({
          region,
          state,
          report: { operators: [{ node: 'map', book: { in: 1, out: 1 } }], commits: 1 },
          error: state === 'failed' ? this.failure : null,
        })),
        services,
        lost: null,
        givenUp: false,
      })),
    }
  }

  has(job: string, region: string): boolean {
    return [...this.parts.values()].some(
      ({ order, regions }) => order.job === job && ['running', 'failed'].includes(regions.get(region) ?? ''),
    )
  }

  heed(orders: readonly PartOrder[]): void {
    const named = new Set<string>()
    for (const order of orders) {
      const key = `${order.job}/${order.slot}`
      named.add(key)
      const part = this.parts.get(key) ?? { order, regions: new Map(), services: null }
      part.order = order
      if (!this.draining) {
        for (const region of order.regions) {
          if (!['running', 'ended', 'failed'].includes(part.regions.get(region) ?? ''))
            part.regions.set(region, 'running')
        }
      }
      for (const [region, state] of part.regions) {
        if (!order.regions.includes(region) && state !== 'running') part.regions.delete(region)
      }
      if (order.services && !this.draining) part.services ??= { state: 'up' }
      this.parts.set(key, part)
    }
    for (const [key, part] of this.parts) {
      if (!named.has(key)) {
        part.order = { ...part.order, regions: [], services: false }
        for (const [region, state] of part.regions) if (state !== 'running') part.regions.delete(region)
      }
    }
  }

  /** What was told to end has ended, what was to be let go of is. */
  settle(): void {
    for (const [key, part] of this.parts) {
      const wanted = this.draining ? [] : part.order.regions
      for (const [region, state] of part.regions) {
        if (state === 'running' && !wanted.includes(region)) part.regions.set(region, 'released')
      }
      const isToGo = part.order.phase === 'close' || part.order.phase === 'abort' || !part.order.services
      if (part.services !== null && (isToGo || this.draining)) {
        part.services = { down: [{ name: 'cache', stopped: true, cleaned: true, killed: false }] }
      }
      const isIdle = [...part.regions.values()].every((state) => state === 'released')
      if (isIdle && part.order.regions.length === 0 && !part.order.services) this.parts.delete(key)
      else if (isIdle && this.draining) this.parts.delete(key)
    }
  }

  /** Regions that are to come to an end by themselves do. */
  end(pick: (region: string) => boolean, as: 'ended' | 'failed' = 'ended'): void {
    for (const { order, regions } of this.parts.values()) {
      for (const [region, state] of regions) {
        if (state === 'running' && order.regions.includes(region) && pick(region)) regions.set(region, as)
      }
    }
  }
}

/** A cluster whose time, losses and deaths are the test's. */
export class ModelCluster {
  view: ClusterView
  readonly workers: ModelWorker[] = []
  readonly #records = new Map<string, JobRecords>()
  #now = 10_000
  #workers = 0

  constructor() {
    this.view = emptyView(this.#now)
  }

  get now(): number {
    return this.#now
  }

  state(job: string): ClusterJobState | null {
    return this.#records.get(job)?.state ?? null
  }

  submit(spec: ClusterJobSpec): void {
    this.#records.set(spec.id, { spec, state: null, wish: null })
  }

  forget(job: string): void {
    this.#records.delete(job)
  }

  wish(job: string, want: ClusterJobWish['want']): void {
    const record = this.#records.get(job)
    if (record !== undefined) this.#records.set(job, { ...record, wish: { want } })
  }

  join(): ModelWorker {
    const worker = new ModelWorker(`w${this.#workers++}`)
    this.workers.push(worker)
    return worker
  }

  kill(worker: ModelWorker): void {
    this.workers.splice(this.workers.indexOf(worker), 1)
  }

  pass(ms: number): void {
    this.#now += ms
    this.#decide((view) => noteRecords(view, this.#records))
  }

  /** @param lost what is lost on its way, if anything. */
  beat(worker: ModelWorker, lost: 'question' | 'answer' | null = null): void {
    const heartbeat = worker.heartbeat()
    if (lost === 'question') return
    this.#decide((view) => hear(view, heartbeat, this.#moment(), () => 0.5))
    // What comes late or twice changes nothing.
    this.#decide((view) => hear(view, heartbeat, this.#moment(), () => 0.5))
    const orders = ordersFor(this.view, worker.id)
    for (const { job } of orders) {
      const { status } = this.view.jobs[job]!.state
      assert.ok(!isOver(status), `${job} is ${status}, and something is ordered for it`)
    }
    if (lost === null) worker.heed(orders)
  }

  /** Somebody else leads from now on, with what is written. */
  loseLeader(): void {
    this.view = emptyView(this.#now)
    this.pass(0)
  }

  /** All goes well for a while. */
  rest(seconds: number, ends = true): void {
    for (let i = 0; i < seconds; i++) {
      this.pass(1_000)
      for (const worker of this.workers) {
        worker.settle()
        if (ends) worker.end(() => true)
        this.beat(worker)
      }
    }
  }

  #moment(): { at: number; date: string } {
    return { at: this.#now, date: new Date(this.#now).toISOString() }
  }

  #decide(change: (view: ClusterView) => ClusterView): void {
    const before = this.view
    this.view = advance(change(before), this.#moment())
    for (const [id, job] of Object.entries(this.view.jobs)) {
      for (const [region, place] of Object.entries(job.regions)) {
        const earlier = before.jobs[id]?.regions[region]
        if (place.at !== 'slot') continue
        if (earlier?.at === 'slot' && earlier.worker === place.worker && earlier.slot === place.slot) continue
        this.#checkFree(id, region, place.worker)
      }
      const record = this.#records.get(id)
      if (record !== undefined) this.#records.set(id, { ...record, state: job.state })
    }
  }

  /** Nobody that the leader hears may have what it gives to somebody else. */
  #checkFree(job: string, region: string, to: string): void {
    const owners = this.workers.filter((worker) => worker.has(job, region))
    if (owners.some(({ id }) => id === to)) return
    const known = owners.filter(({ id }) => id in this.view.workers).map(({ id }) => id)
    assert.deepEqual(known, [], `${region} of ${job} goes to ${to}`)
  }
}
