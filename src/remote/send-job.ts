import type { JobManagerClient } from '../client/index.ts'
import { MissingFilesError } from '../errors/job-server-errors.ts'
import type { JobInfo } from '../protocol/job-info.ts'
import { BundleCache } from './bundle/bundle-cache.ts'
import type { BundleRequest } from './bundle/program-bundle.ts'
import type { BundleUpload } from './remote-options.ts'
import { makeSubmission, type SubmitRequest } from './submission.ts'
import { uploadFiles } from './upload-files.ts'

/** Of all environments of this process: many may submit jobs of one program. */
const bundles = new BundleCache()

export interface SendOptions {
  /** Ends it, unless the server may have the job already. */
  readonly signal: AbortSignal
  readonly onUpload?: ((upload: BundleUpload) => void) | undefined
  /** Called with what may go wrong with the bundle. */
  readonly warn: (warning: string) => void
}

/** A job that a server has taken, and the folder that its program was bundled from. */
export interface SentJob {
  readonly info: JobInfo
  readonly root: string
}

/** Bundles a program, uploads what the server does not have of it, and submits it. @throws BundleError, and what the server says. */
export async function sendJob(
  client: JobManagerClient,
  toBundle: BundleRequest,
  request: SubmitRequest,
  { signal, onUpload, warn }: SendOptions,
): Promise<SentJob> {
  const bundle = await bundles.bundle(toBundle)
  for (const warning of bundle.warnings) warn(warning)
  const { submission, files } = makeSubmission(request, bundle)
  const { root } = bundle
  await uploadFiles(client, files, { onUpload, signal })
  signal.throwIfAborted()
  try {
    return { info: await client.jobs.submit(submission), root }
  } catch (error) {
    // A server may forget files that no job needs between the upload and the submission: once is chance.
    if (!(error instanceof MissingFilesError)) throw error
    await uploadFiles(client, files, { onUpload, signal })
    return { info: await client.jobs.submit(submission), root }
  }
}
