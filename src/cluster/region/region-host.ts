import { numberedChannels } from '../../compiler/instantiate/numbered-channels.ts'
import { compile } from '../../compiler/compile.ts'
import type { Plan } from '../../compiler/plan.ts'
import { threadSettings } from '../../environment/thread-settings.ts'
import { thrownBy, toPortableError } from '../../errors/portable-error-codec.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import type { EngineConnection } from '../engine/cluster-engine.ts'
import type { PartOrder, RegionNews } from '../protocol/heartbeat.ts'
import type { RegionSpec } from '../protocol/job-spec.ts'
import { edgeEnds, endDeserted } from '../regions/edge-ends.ts'
import { planRegions } from '../regions/plan-regions.ts'
import { regionPlaces } from '../regions/region-places.ts'
import type { RegionHost, RegionHostContext, StartRegionHost } from './region-host-contract.ts'
import type { RegionContext } from './region-job.ts'
import { type RegionLimits, regionLimits } from './region-limits.ts'
import { RegionSlot } from './region-slot.ts'
import { SlotServices } from './slot-services.ts'

/** Milliseconds between two times of telling how regions get on. */
const TELL_INTERVAL = 500

export const startRegionHost: StartRegionHost = (context) => new ClusterRegions(context)

/** The regions of one job that are in this process. */
class ClusterRegions implements RegionHost {
  readonly #context: RegionHostContext
  readonly #clock: Clock
  readonly #limits: RegionLimits
  readonly #regions = new Map<string, RegionSlot>()
  /** Those that were taken back and are said to be `released` once more. */
  readonly #released = new Map<string, RegionNews>()
  readonly #connected: Promise<void>
  #connection: EngineConnection | null = null
  #shared: Shared | null = null
  #services: SlotServices | null = null
  #failure: unknown = null
  #order: PartOrder | null = null
  #cancelLook: Cancel | null = null
  #cancelTell: Cancel | null = null
  #closed = false

  constructor(context: RegionHostContext) {
    this.#context = context
    this.#clock = context.recorded.options.clock
    this.#limits = { ...regionLimits, ...context.limits }
    this.#connected = this.#connect()
  }

  heed(order: PartOrder): void {
    this.#order = order
    if (this.#shared !== null) this.#follow(this.#shared, order)
    else if (this.#failure !== null) this.#tell()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#cancelLook?.()
    this.#cancelTell?.()
    await this.#connected
    const reason = new Error('The part of the job that was here is closed.')
    await Promise.all([...this.#regions.values()].map((region) => region.close(reason)))
    await this.#services?.stop(reason)
    await this.#connection?.close()
  }

  async #connect(): Promise<void> {
    const { engine, order, recorded } = this.#context
    try {
      const plan = compile(recorded.graph, order.parallelism, threadSettings(recorded.options))
      const regions = planRegions(plan)
      const connection = await engine.connect(`millrace ${order.worker}/${order.slot} ${plan.name}`)
      this.#connection = connection
      const services = new SlotServices({
        job: order.job,
        recorded,
        program: order.program,
        calls: connection.calls,
        changed: () => this.#tell(),
        fail: (error) => this.#fail(error),
      })
      this.#services = services
      const placeOf = regionPlaces(plan, regions)
      const context: RegionContext = {
        job: order.job,
        recorded,
        plan,
        placeOf,
        ends: edgeEnds(plan),
        log: connection.openLog(order.job),
        owner: `${order.worker}/${order.slot}`,
        limits: this.#limits,
        services: (signal) => services.callers(signal),
      }
      this.#shared = { context, regions, ...neighbours(plan, context) }
    } catch (error) {
      this.#fail(error)
    }
    if (this.#closed) return
    if (this.#shared !== null && this.#order !== null) this.#follow(this.#shared, this.#order)
    this.#look()
    this.#tellAgain()
  }

  #follow(shared: Shared, order: PartOrder): void {
    const wanted = new Set(order.regions)
    for (const id of this.#released.keys()) this.#released.delete(id)
    for (const [id, region] of this.#regions) {
      if (wanted.has(id)) continue
      void this.#release(id, region)
    }
    if (order.phase === 'abort') {
      const reason = order.reason === null ? new Error('The job was ended.') : thrownBy(order.reason)
      for (const region of this.#regions.values()) void region.close(reason)
      void this.#services?.stop(reason)
      return
    }
    if (order.services) void this.#services?.start()
    if (order.phase === 'close') void this.#services?.stop(null)
    for (const id of wanted) if (!this.#regions.has(id)) this.#begin(shared, id)
    if (order.phase === 'stop') for (const region of this.#regions.values()) region.stop()
    const over = new Set(order.over.flatMap((id) => shared.endsOf.get(id) ?? []))
    for (const region of this.#regions.values()) region.cancelOutputs(over)
    this.#tell()
  }

  #begin({ context, regions }: Shared, id: string): void {
    const number = regions.findIndex((region) => region.id === id)
    const spec = regions[number]
    if (spec === undefined) return
    this.#regions.set(id, new RegionSlot({ spec, number, context, changed: () => this.#tell() }))
  }

  async #release(id: string, region: RegionSlot): Promise<void> {
    await region.release()
    // It may be wanted again meanwhile, and is another one then.
    if (this.#regions.get(id) !== region) return
    this.#regions.delete(id)
    if (this.#order?.regions.includes(id) === true && this.#shared !== null) this.#begin(this.#shared, id)
    else this.#released.set(id, region.news)
    this.#tell()
  }

  #fail(error: unknown): void {
    if (this.#failure === null && !this.#closed) this.#context.refuse(toPortableError(error))
    this.#failure ??= error
    this.#tell()
  }

  /** Looks now and then how far those are behind who read what is sent from here, and whether they want more. */
  #look(): void {
    if (this.#closed) return
    this.#cancelLook = this.#clock.setTimeout(() => {
      void this.#relieve().finally(() => this.#look())
    }, this.#limits.lookInterval)
  }

  async #relieve(): Promise<void> {
    const regions = [...this.#regions.values()].filter(({ outputs }) => outputs.length > 0)
    const shared = this.#shared
    if (regions.length === 0 || shared === null) return
    try {
      const congested = new Set<string>()
      const deserted = new Set<string>()
      for (const [end, count] of await shared.context.log.backlog()) {
        const left = endDeserted(end)
        if (left !== null) deserted.add(left)
        else if (count > this.#limits.mostBacklog * (shared.writers.get(end) ?? 1)) congested.add(end)
      }
      for (const region of regions) {
        region.cancelOutputs(deserted)
        region.congested(congested)
      }
    } catch {
      // The engine is away for a moment: what was known last holds.
    }
  }

  #tellAgain(): void {
    if (this.#closed) return
    this.#cancelTell = this.#clock.setTimeout(() => {
      this.#tell()
      this.#tellAgain()
    }, TELL_INTERVAL)
  }

  #tell(): void {
    if (this.#closed) return
    const regions = [...[...this.#regions.values()].map(({ news }) => news), ...this.#released.values()]
    this.#context.tell({
      regions: this.#failure === null ? regions : this.#failed(),
      services: this.#services?.news ?? null,
    })
  }

  /** Nothing can be had here. */
  #failed(): readonly RegionNews[] {
    const error = toPortableError(this.#failure)
    return (this.#order?.regions ?? []).map((region) => ({ region, state: 'failed', report: null, error }))
  }
}

interface Neighbours {
  /** By region: edge ends that it reads. */
  readonly endsOf: ReadonlyMap<string, readonly string[]>
  /** By edge end: how many regions write there. */
  readonly writers: ReadonlyMap<string, number>
}

interface Shared extends Neighbours {
  readonly context: RegionContext
  readonly regions: readonly RegionSpec[]
}

function neighbours(plan: Plan, { ends, placeOf }: RegionContext): Neighbours {
  const read = new Map<string, Set<string>>()
  const written = new Map<string, Set<number>>()
  for (const { number, edge, producer, consumer } of numberedChannels(plan)) {
    const end = ends.get(number)
    if (end === undefined) continue
    addTo(read, `r${placeOf(edge.to, consumer)}`, end)
    addTo(written, end, placeOf(edge.from, producer))
  }
  return {
    endsOf: new Map([...read].map(([region, own]) => [region, [...own]])),
    writers: new Map([...written].map(([end, regions]) => [end, regions.size])),
  }
}

function addTo<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const own = sets.get(key)
  if (own === undefined) sets.set(key, new Set([value]))
  else own.add(value)
}
