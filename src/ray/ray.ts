import type { PlacementRequest, WorkerPlacement } from '../cluster/worker-placement.ts'
import { type RayConnectionOptions, rayConnection } from './jobs-api/ray-connection.ts'
import { RayJobs } from './jobs-api/ray-jobs.ts'
import { type RayWorkerOptions, rayWorkerSettings } from './workers/ray-worker-options.ts'
import type { RayWorkers } from './workers/start-workers.ts'

/** How a Ray cluster is talked to, and which workers it is asked for where `startWorkers` says nothing else. */
export interface RayOptions extends RayConnectionOptions, RayWorkerOptions {}

/** Which workers to start, and where they meet the rest of the cluster. */
export interface StartWorkersOptions extends PlacementRequest, RayWorkerOptions {}

/** A Ray cluster, which runs workers of a Millrace cluster. Nothing is open between two calls. */
export interface RayCluster extends WorkerPlacement {
  readonly address: string
  /** Of Ray. @throws RayUnavailableError */
  version(): Promise<string>
  /**
   * Has Ray run workers, and resolves when they are ready. Each is a job of Ray, which sets CPUs aside for it. One that
   * is lost is started again for as long as this process is there, which is to stop them: those of a process that was
   * killed stay, until `stopWorkers`.
   *
   * @throws RayUnavailableError, RayError; RayWorkerError with what a worker has said that did not come up. None is left
   * behind then.
   */
  startWorkers(options: StartWorkersOptions): Promise<RayWorkers>
  /** Ends all workers that Ray runs, whoever has started them, or those of a group. @returns how many there were. */
  stopWorkers(group?: string): Promise<number>
}

/**
 * A Ray cluster, of version 2 with `ray[default]`.
 *
 * @param address of its dashboard: `http://head:8265`
 * @throws InvalidArgumentError
 */
export function ray(address: string | URL, options: RayOptions = {}): RayCluster {
  const connection = rayConnection(address, options)
  rayWorkerSettings(options)
  return {
    address: connection.url,
    version: () => new RayJobs(connection).version(),
    async startWorkers(given) {
      const settings = rayWorkerSettings({ ...options, ...given })
      const { startWorkers } = await import('./workers/start-workers.ts')
      return startWorkers({ ...given, connection, settings })
    },
    async stopWorkers(group) {
      const { stopWorkers } = await import('./workers/stop-workers.ts')
      return stopWorkers(connection, group)
    },
  }
}
