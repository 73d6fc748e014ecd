import { compile } from '../compiler/compile.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { isActive } from '../job/job-status.ts'
import type { Resume } from '../runtime/checkpoint/job-checkpointing.ts'
import { checkRecovery } from './check-recovery.ts'
import { JobBuffers } from './job-buffers.ts'
import type { StopOptions } from './job-handle.ts'
import { LocalJob } from './local-job.ts'
import { OneShotInputs } from './one-shot-inputs.ts'
import type { RecordedPipeline } from './recorded-pipeline.ts'
import type { ProgramOf } from './seat/program-of.ts'
import type { SubmitOptions } from './submit-options.ts'
import { threadSettings } from './thread-settings.ts'

/** Makes the jobs of one environment that run in this process, and knows those that are not over. */
export class JobRunner {
  readonly #jobs = new Set<LocalJob>()
  readonly #inputs = new OneShotInputs()
  readonly #oneRun: boolean

  /** @param oneRun whoever goes on from a checkpoint runs the program anew, with inputs of its own and nothing collected. */
  constructor(oneRun = false) {
    this.#oneRun = oneRun
  }

  /**
   * A job of what has been recorded, `pending`: its owner starts it. `submit` holds options that have been checked; its
   * signal is the owner's to heed. `program` is what it is part of.
   * @throws InvalidGraphError when the pipeline cannot run; InvalidArgumentError when it has buffers that a job at work
   * has, reads what an earlier job has used up, or has nothing to resume from.
   */
  prepare(recorded: RecordedPipeline, submit: SubmitOptions, program: ProgramOf): LocalJob {
    const { graph, functions, services, options } = recorded
    const { autostop = false, resume, allowDroppedState = false } = submit
    const plan = compile(graph, options.parallelism, threadSettings(options))
    const warnings = [...plan.warnings, ...checkRecovery(plan, functions, options)]
    for (const { message, nodeId } of warnings) options.logger.warn(message, { nodeId })
    const buffers = new JobBuffers(plan, functions)
    if (buffers.any) this.#checkIdle(graph.name)
    if (this.#oneRun) buffers.keep()
    checkResume(recorded, resume)
    this.#inputs.claim(graph, functions, this.#oneRun ? { ...options, checkpoints: null } : options)
    const from: Resume = typeof resume === 'object' ? { location: resume.savepoint } : (resume ?? 'fresh')
    const begin = { autostop, resume: from, allowDroppedState }
    const request = { plan, graph, functions, services, options, program, ...begin }
    const job = new LocalJob(request, buffers)
    this.#jobs.add(job)
    void job.result.catch(() => {}).then(() => this.#jobs.delete(job))
    return job
  }

  /** Stops every job that is not over. */
  async stop(options?: StopOptions): Promise<void> {
    await Promise.all([...this.#jobs].map((job) => job.stop(options)))
  }

  /** Aborts every job that is not over. */
  async cancel(): Promise<void> {
    await Promise.all([...this.#jobs].map((job) => job.cancel()))
  }

  /** Records of two jobs at once would meet in the one buffer that `collect()` or `toAsyncIterable()` has returned. */
  #checkIdle(name: string): void {
    if (![...this.#jobs].some(({ status }) => isActive(status))) return
    throw new InvalidArgumentError(
      `A job of environment '${name}' is running, and has the buffer that this one needs.`,
      {
        remedy:
          'Wait for it, build the pipeline in an environment of its own, or write to a sink instead of collect().',
      },
    )
  }
}

function checkResume({ graph, options }: RecordedPipeline, resume: SubmitOptions['resume']): void {
  if (resume === undefined || options.checkpoints !== null) return
  throw new InvalidArgumentError(
    `Environment '${graph.name}' has no checkpoints that a job could resume from.`,
    {
      remedy:
        "Give it some: new LocalEnvironment(name, { checkpoints: { store: new FileCheckpointStore('folder') } }).",
    },
  )
}
