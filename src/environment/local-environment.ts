import { BehaviorSubject, distinctUntilChanged, EMPTY, type Observable, switchMap } from 'rxjs'
import { compile, compileInStages } from '../compiler/compile.ts'
import { explainPlan } from '../compiler/explain-plan.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { JobResult } from '../job/job-result.ts'
import { isActive, type JobStatus } from '../job/job-status.ts'
import type { Resume } from '../runtime/checkpoint/job-checkpointing.ts'
import type { JobMetrics, JobProgress } from '../runtime/metrics/job-metrics.ts'
import type { ServiceSource } from '../services/service-source.ts'
import type { DataStream } from '../stream/data-stream.ts'
import { BaseEnvironment } from './base-environment.ts'
import { checkRecovery } from './check-recovery.ts'
import type { JobHandle, StopOptions } from './job-handle.ts'
import { JobBuffers } from './job-buffers.ts'
import { LocalJob } from './local-job.ts'
import { OneShotInputs } from './one-shot-inputs.ts'
import type { PipelineService, PipelineServiceOptions } from './registered-service.ts'
import { checkSubmitOptions, type SubmitOptions } from './submit-options.ts'

/** Runs pipelines in this process. The same environment may be submitted again: a new job, fresh state. */
export class LocalEnvironment<S extends ServiceMap = Record<never, never>> extends BaseEnvironment<S> {
  readonly #jobs = new Set<LocalJob>()
  readonly #inputs = new OneShotInputs()
  readonly #status = new BehaviorSubject<JobStatus>('pending')
  /** The job submitted last, while it is not over. */
  readonly #current = new BehaviorSubject<LocalJob | null>(null)

  /** Of the job submitted last; `pending` before there is one. */
  get status(): JobStatus {
    return this.#status.value
  }

  get status$(): Observable<JobStatus> {
    return this.#status.pipe(distinctUntilChanged())
  }

  /**
   * Snapshots of the job submitted last, as `JobHandle.progress$` has them: for `submit({ autostop: true })`, which
   * gives no handle. Subscribe before or after `submit`; it goes on with the next job, and does not complete.
   */
  get progress$(): Observable<JobProgress> {
    return this.#current.pipe(switchMap((job) => job?.progress$ ?? EMPTY))
  }

  /** The same with queue fill, activity and the operators' own metrics. */
  get metrics$(): Observable<JobMetrics> {
    return this.#current.pipe(switchMap((job) => job?.metrics$ ?? EMPTY))
  }

  /** @internal The job submitted last, while it is not over. */
  protected get job(): LocalJob | null {
    return this.#current.value
  }

  override registerService<const N extends string, T extends object, A extends unknown[]>(
    name: N,
    source: ServiceSource<T, A>,
    ...args: NoInfer<A>
  ): LocalEnvironment<S & Record<N, T>> {
    super.registerService(name, source, ...args)
    return this as never
  }

  override registerPipeline<const N extends string, Req, Res>(
    name: N,
    build: (requests: DataStream<Req, S>) => DataStream<Res>,
    options?: PipelineServiceOptions,
  ): LocalEnvironment<S & Record<N, PipelineService<Req, Res>>> {
    super.registerPipeline(name, build, options)
    return this as never
  }

  /**
   * Runs what has been recorded. With `autostop`, Ctrl-C stops gracefully the first time and aborts the second.
   * @throws InvalidGraphError when the pipeline cannot run; InvalidArgumentError when it has `collect()` or
   * `toAsyncIterable()` and a job of this environment is running, or reads what an earlier job has used up;
   * JobFailedError and JobCancelledError as a job ends. Always as a rejection.
   */
  submit(options: SubmitOptions & { readonly autostop: true }): Promise<JobResult>
  submit(options?: SubmitOptions & { readonly autostop?: false }): Promise<JobHandle>
  submit(options?: SubmitOptions): Promise<JobResult | JobHandle>
  async submit(options?: SubmitOptions): Promise<JobResult | JobHandle> {
    const { autostop = false, signal, resume, allowDroppedState = false } = checkSubmitOptions(options)
    const plan = compile(this.graph, this.options.parallelism)
    const { functions, services } = this
    const warnings = [...plan.warnings, ...checkRecovery(plan, functions, this.options)]
    for (const { message, nodeId } of warnings) this.options.logger.warn(message, { nodeId })
    const buffers = new JobBuffers(plan, functions)
    if (buffers.any) this.#checkIdle()
    this.#checkResume(resume)
    this.#inputs.claim(this.graph, functions, this.options)
    const from: Resume = typeof resume === 'object' ? { location: resume.savepoint } : (resume ?? 'fresh')
    const request = {
      plan,
      functions,
      services,
      options: this.options,
      autostop,
      resume: from,
      allowDroppedState,
    }
    const job = new LocalJob(request, buffers)
    this.#jobs.add(job)
    void job.result.catch(() => {}).then(() => this.#forget(job))
    this.#current.next(job)
    job.status$.subscribe({
      next: (status) => {
        if (job === this.#current.value) this.#status.next(status)
      },
      error: (error: unknown) => this.#status.error(error),
    })
    job.cancelOn(signal)
    if (!autostop) {
      await job.start()
      return job
    }
    return job.runToEnd()
  }

  /** Records of two jobs at once would meet in the one buffer that `collect()` or `toAsyncIterable()` has returned. */
  #checkIdle(): void {
    if (![...this.#jobs].some(({ status }) => isActive(status))) return
    throw new InvalidArgumentError(
      `A job of environment '${this.name}' is running, and has the buffer that this one needs.`,
      {
        remedy:
          'Wait for it, build the pipeline in an environment of its own, or write to a sink instead of collect().',
      },
    )
  }

  #checkResume(resume: SubmitOptions['resume']): void {
    if (resume === undefined || this.options.checkpoints !== null) return
    throw new InvalidArgumentError(
      `Environment '${this.name}' has no checkpoints that a job could resume from.`,
      {
        remedy:
          "Give it some: new LocalEnvironment(name, { checkpoints: { store: new FileCheckpointStore('folder') } }).",
      },
    )
  }

  /** Stops every job of this environment. Harmless when there is none. */
  async stop(options?: StopOptions): Promise<void> {
    await Promise.all([...this.#jobs].map((job) => job.stop(options)))
  }

  /** Aborts every job of this environment. Harmless when there is none. */
  async cancel(): Promise<void> {
    await Promise.all([...this.#jobs].map((job) => job.cancel()))
  }

  /** The same as `stop`. */
  close(): Promise<void> {
    return this.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** The graph after each pass of the compiler, as text. @throws InvalidGraphError when it cannot run. */
  explain(): string {
    return explainPlan(compileInStages(this.graph, this.options.parallelism))
  }

  #forget(job: LocalJob): void {
    this.#jobs.delete(job)
    if (this.#current.value === job) this.#current.next(null)
  }
}
