import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Subject } from 'rxjs'
import type { ProgressNotice } from '../../protocol/job-event.ts'
import type { JobManager } from '../job-manager.ts'
import { eventLogOf } from '../store/event-log.ts'
import type { JobStore } from '../store/job-store.ts'
import { StoredProgramFiles } from '../store/program-files.ts'
import { SqliteJobStore } from '../store/sqlite-job-store.ts'
import { storeTrouble } from '../store/store-trouble.ts'
import { JobDeadLetters } from './job-dead-letters.ts'
import { JobFolder } from './job-folder.ts'
import { JobLogs } from './job-logs.ts'
import {
  type JobManagerOptions,
  type ResolvedOptions,
  resolveJobManagerOptions,
} from './job-manager-options.ts'
import { JobQueue } from './job-queue.ts'
import { recoverJobs } from './recovery.ts'
import { Retention } from './retention.ts'
import { SupervisedJobManager } from './supervised-job-manager.ts'
import type { SupervisorContext } from './supervisor-context.ts'

/** What only tests choose. */
export interface SupervisorInternals {
  /** Module that job processes run instead of ours. */
  readonly main?: string
}

/**
 * Opens what is kept of jobs in a folder, and runs them. It resolves before the jobs of an earlier server have been
 * taken up, which `status.ready` tells. Nobody else may use the folder.
 * @throws InvalidArgumentError, StoreError
 */
export async function createJobManager(
  options: JobManagerOptions,
  internals: SupervisorInternals = {},
): Promise<JobManager> {
  const resolved = resolveJobManagerOptions(options)
  const { data, clock, maxUploadBytes } = resolved
  const jobs = join(data, 'jobs')
  await mkdir(jobs, { recursive: true }).catch((error: unknown) => {
    throw storeTrouble('make the folder of jobs', jobs, error)
  })
  const files = await StoredProgramFiles.open({
    folder: join(data, 'files'),
    maxBytes: maxUploadBytes,
    clock,
  })
  const store = resolved.store ?? new SqliteJobStore({ file: join(data, 'jobs.db') })
  try {
    return assemble(resolved, internals, { jobs, files, store })
  } catch (error) {
    if (resolved.store === undefined) store.close()
    throw error
  }
}

interface Opened {
  readonly jobs: string
  readonly files: StoredProgramFiles
  readonly store: JobStore
}

function assemble(options: ResolvedOptions, { main }: SupervisorInternals, opened: Opened): JobManager {
  const { jobs, files, store } = opened
  const { clock, random, logger, limits, queueProcessing, drainTimeout, retention: keep } = options
  const progress = new Subject<ProgressNotice>()
  const giveUp = new AbortController()
  const logs = new JobLogs(store, clock, logger)
  const context: SupervisorContext = {
    store,
    clock,
    random,
    logger,
    limits,
    queueProcessing,
    logs,
    folderOf: (id) => new JobFolder(jobs, id),
    fileOf: (hash) => files.pathOf(hash),
    onProgress: (job, told) => progress.next({ job, progress: told }),
    onLetters: (job) => {
      // Whoever looks at the job looks again.
      const now = queue.run(job)?.progress
      if (now !== undefined && now !== null) progress.next({ job, progress: now })
    },
    main,
    giveUp: giveUp.signal,
  }
  const queue = new JobQueue(context)
  const recovered = recoverJobs(context, queue, (id) => manager.remove(id))
  const retention = new Retention({ context, files, keep, jobs, remove: (id) => manager.remove(id) })
  const release = async (): Promise<void> => {
    await retention.close()
    progress.complete()
    logs.close()
    if (options.store === undefined) store.close()
  }
  const events = eventLogOf(store)
  const manager = new SupervisedJobManager({
    context,
    queue,
    files,
    events,
    deadLetters: new JobDeadLetters(store, (id) => queue.run(id)?.letters, context.onLetters),
    progress,
    recovered,
    giveUp,
    release,
    drainTimeout,
  })
  if (!queueProcessing.enabled) {
    logger.warn('the queue is not processed: jobs are taken in and wait, and none is started')
  }
  queue.open()
  retention.start()
  return manager
}
