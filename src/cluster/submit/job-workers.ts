import type { ClusterSettings } from '../cluster-options.ts'
import type { PlacedWorkers } from '../worker-placement.ts'
import type { ClusterJob } from './cluster-job.ts'

/** Workers that are started for the jobs of one environment, and stopped with their ends, where it is to have any. */
export class JobWorkers {
  readonly #settings: ClusterSettings
  readonly #warn: (message: string) => void
  readonly #stopping = new Set<Promise<void>>()

  constructor(settings: ClusterSettings, warn: (message: string) => void) {
    this.#settings = settings
    this.#warn = warn
  }

  /** Starts those of one job. */
  async start(signal: AbortSignal): Promise<PlacedWorkers | null> {
    const { workers, engine } = this.#settings
    return workers === null ? null : workers.startWorkers({ engine, signal, warn: this.#warn })
  }

  /** The job has these from now on. Where all of them are lost for good nobody waits for it any more. */
  attend(job: ClusterJob, placed: PlacedWorkers | null): void {
    if (placed === null) return
    void placed.lost.then((reason) => job.abandon(reason))
    // Somebody has to hear of its end, also where nobody asks.
    void job.result
  }

  /** Those of a job that is over. */
  release(placed: PlacedWorkers | null): void {
    if (placed === null) return
    const stopping = placed.stop().finally(() => this.#stopping.delete(stopping))
    this.#stopping.add(stopping)
  }

  /** Resolves when all that were released are gone. */
  async released(): Promise<void> {
    await Promise.all(this.#stopping)
  }
}
