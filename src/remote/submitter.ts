import { JobManagerClient } from '../client/index.ts'
import { MissingFilesError } from '../errors/job-server-errors.ts'
import type { Health } from '../protocol/answers.ts'
import type { JobInfo } from '../protocol/job-info.ts'
import type { Clock } from '../time/clock.ts'
import { BundleCache } from './bundle/bundle-cache.ts'
import type { BundledFile, BundleRequest } from './bundle/program-bundle.ts'
import { RemoteJob, type JobOwner } from './remote-job.ts'
import type { RemoteSettings } from './remote-options.ts'
import { makeSubmission, type SubmitRequest } from './submission.ts'
import { uploadFiles } from './upload-files.ts'

/** Of all environments of this process: many may submit jobs of one program. */
const bundles = new BundleCache()

/**
 * The part of a RemoteEnvironment that bundles, uploads and talks to the server: loaded when it is first needed, and
 * never part of a bundle.
 */
export class Submitter {
  readonly #client: JobManagerClient
  readonly #settings: RemoteSettings

  constructor(settings: RemoteSettings, clock: Clock, random: () => number) {
    this.#settings = settings
    this.#client = new JobManagerClient({ ...settings.server, clock, random })
  }

  /** @throws BundleError, and what the server says. `signal` ends it, unless the server may have the job already. */
  async submit(
    request: SubmitRequest,
    entry: string,
    { signal, owner }: { readonly signal: AbortSignal; readonly owner: Omit<JobOwner, 'root'> },
  ): Promise<RemoteJob> {
    const { external = [], packages = [], assets = [] } = this.#settings.program
    const toBundle: BundleRequest = { entry, external, packages, assets }
    const bundle = await bundles.bundle(toBundle)
    const { logger } = request.recorded.options
    for (const warning of bundle.warnings) logger.warn(warning)
    const { submission, files } = makeSubmission(request, bundle, this.#settings)
    const info = await this.#send(files, signal, () => this.#client.jobs.submit(submission))
    return new RemoteJob(this.#client, info, { ...owner, root: bundle.root })
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

  /** A server may forget files that no job needs between the upload and the submission: once is chance. */
  async #send(
    files: readonly BundledFile[],
    signal: AbortSignal,
    submit: () => Promise<JobInfo>,
  ): Promise<JobInfo> {
    const { onUpload } = this.#settings.program
    await uploadFiles(this.#client, files, { onUpload, signal })
    signal.throwIfAborted()
    try {
      return await submit()
    } catch (error) {
      if (!(error instanceof MissingFilesError)) throw error
      await uploadFiles(this.#client, files, { onUpload, signal })
      return submit()
    }
  }
}
