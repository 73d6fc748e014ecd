import type { ClusterEngine } from './engine/cluster-engine.ts'

export interface PlacementRequest {
  /** Where the workers meet the rest of the cluster: an engine, or its address. */
  readonly engine: Pick<ClusterEngine, 'address'> | string
  /** Gives the start up: what was started of it is stopped. */
  readonly signal?: AbortSignal | undefined
  /** Told, in a sentence, when a worker was lost, and of what is put up with. Default nobody is. */
  readonly warn?: ((message: string) => void) | undefined
}

/** Somebody who runs workers where there is room for them, such as `ray()` of `millrace/ray`. */
export interface WorkerPlacement {
  /** Resolves when the workers have come up. Rejects when one of them has not, and leaves none behind then. */
  startWorkers(request: PlacementRequest): Promise<PlacedWorkers>
}

/** Workers that were started together. One that is lost is started again, as often as its placement has it. */
export interface PlacedWorkers extends AsyncDisposable {
  /** Resolves with the reason when none is left, and none comes any more; else never. */
  readonly lost: Promise<Error>
  /** Has them let go of what they run, ends them, and resolves when they are gone. Never rejects. */
  stop(): Promise<void>
}
