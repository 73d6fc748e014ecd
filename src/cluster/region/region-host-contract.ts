import type { RecordedPipeline } from '../../environment/recorded-pipeline.ts'
import type { PortableError } from '../../errors/portable-error.ts'
import type { ClusterEngine } from '../engine/cluster-engine.ts'
import type { PartNews, PartOrder } from '../protocol/heartbeat.ts'
import type { RegionLimits } from './region-limits.ts'
import type { SlotOrder } from '../protocol/slot-messages.ts'

/** What a slot's process has to run regions with. */
export interface RegionHostContext {
  /** What the program has recorded by its submit. */
  readonly recorded: RecordedPipeline
  readonly order: SlotOrder
  /** Already at the address of the order; not connected. */
  readonly engine: ClusterEngine
  /** Where they are not the usual ones. */
  readonly limits?: Partial<RegionLimits>
  /**
   * Tells all that there is to tell, whenever something has changed and a few times a second. Each region that was
   * ordered and has not been taken back is in it, also once it has ended; one that was taken back is `released` until
   * an order comes in which it still is not, after which it may be left out.
   */
  tell(news: Pick<PartNews, 'regions' | 'services'>): void
  /**
   * Nothing of the job can be had here, ever: its services do not come up, for one. Told at most once; what is here is
   * told of as before until it is taken back.
   */
  refuse(error: PortableError): void
}

/** Runs regions of one job in one process. */
export interface RegionHost {
  /**
   * Makes it so: regions that are new to it are claimed and run, those that it has and are not ordered any more let go,
   * with a last commit. Every order is whole: it stands for all before it. Neither waits nor throws.
   */
  heed(order: PartOrder): void
  /** Lets all regions and services go, as they stand. Twice is as good as once. Never rejects. */
  close(): Promise<void>
}

/** Begins with nothing to do. Never throws: what cannot be had is told as failed regions. */
export type StartRegionHost = (context: RegionHostContext) => RegionHost
