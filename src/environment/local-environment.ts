import { BehaviorSubject, distinctUntilChanged, EMPTY, type Observable, of, switchMap } from 'rxjs'
import { explainPlan } from '../compiler/explain-plan.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { JobResult } from '../job/job-result.ts'
import type { JobStatus } from '../job/job-status.ts'
import type { JobMetrics, JobProgress } from '../runtime/metrics/job-metrics.ts'
import type { ServiceArguments, ServiceSource } from '../services/service-source.ts'
import type { DataStream } from '../stream/data-stream.ts'
import { BaseEnvironment } from './base-environment.ts'
import { commandHost, haltsHere } from './command-host.ts'
import { explainedServices } from './explained-services.ts'
import { hostedSubmit } from './hosted-submit.ts'
import type { JobHandle, StopOptions } from './job-handle.ts'
import { JobRunner } from './job-runner.ts'
import type { LocalJob } from './local-job.ts'
import type { PipelineService, PipelineServiceOptions } from './registered-service.ts'
import { noteLocalSubmit, settleWith } from './seat/local-submits.ts'
import { localProgram } from './seat/program-of.ts'
import { submitHost } from './seat/submit-host.ts'
import { checkSubmitOptions, type SubmitOptions } from './submit-options.ts'
import { submittedJob } from './submitted-job.ts'

/** Runs pipelines in this process. The same environment may be submitted again: a new job, fresh state. */
export class LocalEnvironment<S extends ServiceMap = Record<never, never>> extends BaseEnvironment<S> {
  readonly #runner = new JobRunner()
  /** Of the last job that is over. */
  #settled: JobStatus = 'pending'
  /** The job submitted last, while it is not over. */
  readonly #current = new BehaviorSubject<LocalJob | null>(null)

  /** Of the job submitted last; `pending` before there is one. */
  get status(): JobStatus {
    return this.#current.value?.status ?? this.#settled
  }

  get status$(): Observable<JobStatus> {
    return this.#current.pipe(
      switchMap((job) => job?.status$ ?? of(this.#settled)),
      distinctUntilChanged(),
    )
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

  /** @internal Whether a command or a job server that runs this program has a say in its submits. */
  protected get isHosted(): boolean {
    return true
  }

  /** @internal The job submitted last, while it is not over. */
  protected get job(): LocalJob | null {
    return this.#current.value
  }

  override registerService<const N extends string, T extends object, A extends unknown[]>(
    name: N,
    source: ServiceSource<T, A>,
    ...args: NoInfer<ServiceArguments<A>>
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
    const checked = checkSubmitOptions(options)
    if (this.isHosted) {
      const host = submitHost()
      if (host?.takesLocal?.() === true) return host.submit(hostedSubmit(this.recorded))
      if (this.#halts(checked)) return new Promise(() => {})
    }
    const { recorded } = this
    const noted = noteLocalSubmit(recorded)
    const job = this.#runner.prepare(recorded, checked, localProgram(recorded, noted))
    settleWith(noted, job.result)
    void job.result.catch(() => {}).then(() => this.#forget(job))
    this.#current.next(job)
    job.cancelOn(checked.signal)
    if (this.isHosted) commandHost()?.starts(job)
    if (checked.autostop !== true) {
      await job.start()
      return job
    }
    return job.runToEnd()
  }

  /** Stops every job of this environment. Harmless when there is none. */
  async stop(options?: StopOptions): Promise<void> {
    await this.#runner.stop(options)
  }

  /** Aborts every job of this environment. Harmless when there is none. */
  async cancel(): Promise<void> {
    await this.#runner.cancel()
  }

  /** The same as `stop`. */
  close(): Promise<void> {
    return this.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** The graph after each pass of the compiler, and the services, as text. @throws InvalidGraphError when it cannot run. */
  explain(): string {
    return explainPlan(this.stages(), explainedServices(this.recorded))
  }

  /** Whether a command that runs this program wanted no more of it. */
  #halts(submit: SubmitOptions): boolean {
    const { graph, recorded } = this
    return haltsHere({
      environment: 'local',
      graph,
      stages: () => this.stages(),
      services: () => explainedServices(recorded),
      job: () => submittedJob(recorded, submit),
      remote: () => null,
    })
  }

  #forget(job: LocalJob): void {
    if (this.#current.value !== job) return
    this.#settled = job.status
    this.#current.next(null)
  }
}
