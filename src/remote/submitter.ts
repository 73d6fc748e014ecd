import { JobManagerClient } from '../client/index.ts'
import type { Health } from '../protocol/answers.ts'
import type { Clock } from '../time/clock.ts'
import { RemoteJob, type JobOwner } from './remote-job.ts'
import type { RemoteSettings } from './remote-options.ts'
import { sendJob } from './send-job.ts'
import type { SubmitRequest } from './submission.ts'

export interface SubmitterOptions {
  readonly signal: AbortSignal
  readonly owner: Omit<JobOwner, 'root'>
  readonly warn: (warning: string) => void
}

/**
 * The part of a RemoteEnvironment that bundles, uploads and talks to the server: loaded when it is first needed, and
 * never part of a bundle.
 */
export class Submitter {
  readonly #client: JobManagerClient
  readonly #settings: RemoteSettings

  constructor(settings: RemoteSettings, clock: Clock, random: () => number) {
    this.#settings = settings
    const { requestTimeout: timeout, ...server } = settings.server
    this.#client = new JobManagerClient({ ...server, timeout, clock, random })
  }

  /**
   * @param warn is told what may go wrong with the bundle.
   * @throws BundleError, and what the server says. `signal` ends it, unless the server may have the job already.
   */
  async submit(
    request: SubmitRequest,
    entry: string,
    { signal, owner, warn }: SubmitterOptions,
  ): Promise<RemoteJob> {
    const { external = [], packages = [], assets = [], onUpload } = this.#settings.program
    const toBundle = { entry, external, packages, assets }
    const { info, root } = await sendJob(this.#client, toBundle, request, { signal, onUpload, warn })
    return new RemoteJob(this.#client, info, { ...owner, root })
  }

  /** @throws JobNotFoundError */
  async job(id: string, owner: JobOwner): Promise<RemoteJob> {
    return new RemoteJob(this.#client, await this.#client.jobs.get(id), owner)
  }

  health(): Promise<Health> {
    return this.#client.health()
  }

  close(): Promise<void> {
    return this.#client.close()
  }
}
