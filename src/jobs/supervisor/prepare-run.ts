import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../storage/file/disk.ts'
import type { RunOrder } from '../process/messages.ts'
import type { JobRecord } from '../store/job-store.ts'
import type { JobFolder } from './job-folder.ts'
import { type JobProcessCommand, jobProcessCommand } from './job-process-command.ts'
import { endLeftover } from './leftover-process.ts'
import { placeProgram } from './program-placer.ts'
import { type Redact, redactor } from '../../util/redact.ts'
import type { SupervisorContext } from './supervisor-context.ts'

/** All that is needed to start a job's process. */
export interface PreparedRun {
  readonly command: JobProcessCommand
  readonly order: RunOrder
  readonly redact: Redact
}

/** Makes a job's folder ready for a process, of which there is none then. */
export async function prepareRun(
  job: JobRecord,
  folder: JobFolder,
  { limits, main, fileOf }: SupervisorContext,
): Promise<PreparedRun> {
  const { id, name, checkpointed, autostop, submission } = job
  const { program, options, allowDroppedState } = submission
  const { env, entry } = program
  // A server that died between making a process and writing that down has left one that got no order.
  const before = folder.process()
  if (before !== undefined) endLeftover(before)
  await folder.make()
  await placeProgram(program, folder.work, fileOf)
  const secrets = folder.secrets()
  const { memoryMb = limits.memoryMb } = options
  return {
    command: jobProcessCommand({ job: id, folder, memoryMb, env, secrets, main }),
    redact: redactor(secrets),
    order: {
      type: 'run',
      job: id,
      name,
      entry: join(folder.work, ...entry.split('/')),
      folder: folder.work,
      program,
      secrets: Object.keys(secrets),
      autostop,
      checkpoints: checkpointed ? folder.checkpoints : null,
      resume: await resumePoint(job, folder),
      allowDroppedState,
      results: folder.results,
      heartbeat: limits.heartbeat,
      loadTimeout: options.loadTimeout,
      orphanTimeout: limits.orphanDeadline,
    },
  }
}

/**
 * Where a run begins. A restart goes on from what is newest on disk, even if nobody has told of it: what a transaction
 * has committed with a checkpoint must not be done again.
 */
async function resumePoint(
  { status, checkpointed, savepoint, submission }: JobRecord,
  { checkpoints }: JobFolder,
): Promise<RunOrder['resume']> {
  if (checkpointed && status === 'restarting' && (await hasAny(checkpoints))) return 'latest'
  return savepoint === null ? (submission.resume ?? null) : { savepoint: savepoint.location }
}

async function hasAny(folder: string): Promise<boolean> {
  try {
    const files = await readdir(folder, { recursive: true })
    return files.some((file) => /(?:checkpoint|savepoint)-\d+\.json$/.test(file))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}
