import { BehaviorSubject, catchError, distinctUntilChanged, EMPTY, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { explainPlan } from '../compiler/explain-plan.ts'
import { BaseEnvironment } from '../environment/base-environment.ts'
import { haltsHere } from '../environment/command-host.ts'
import { explainedServices } from '../environment/explained-services.ts'
import { hostedSubmit } from '../environment/hosted-submit.ts'
import type { JobProcessHost } from '../environment/job-process-host.ts'
import { collectedOf, fillCollected } from '../environment/recorded-pipeline.ts'
import type { PipelineService, PipelineServiceOptions } from '../environment/registered-service.ts'
import { findEntry, type ProgramEntry } from '../environment/seat/find-entry.ts'
import { submitHost } from '../environment/seat/submit-host.ts'
import { logSubmit } from '../environment/seat/submit-log.ts'
import { checkSubmitOptions, type SubmitOptions } from '../environment/submit-options.ts'
import { submittedJob } from '../environment/submitted-job.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { JobCancelledError } from '../job/job-errors.ts'
import type { JobResult } from '../job/job-result.ts'
import { isSettled, type JobStatus } from '../job/job-status.ts'
import { cancelledError, emptyResult } from '../remote/job-end.ts'
import { programParts, remoteProgram } from '../remote/program-parts.ts'
import { rootOfProgram } from '../remote/root-of-program.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'
import type { ServiceArguments, ServiceSource } from '../services/service-source.ts'
import type { DataStream } from '../stream/data-stream.ts'
import type { ClusterJobHandle } from './cluster-job-handle.ts'
import {
  type ClusterEnvironmentOptions,
  type ClusterSettings,
  splitClusterOptions,
} from './cluster-options.ts'
import { EarlierClusterJob } from './earlier-cluster-job.ts'
import { isBusy, noResume } from './refusals.ts'
import { distribute } from './regions/distribute.ts'
import { clusterSeat } from './slot/cluster-seat.ts'
import type { ClusterJob, ClusterJobOwner } from './submit/cluster-job.ts'
import { JobWorkers } from './submit/job-workers.ts'
import { runToEnd } from './submit/run-to-end.ts'
import type { ClusterSubmit, ClusterSubmitter } from './submit/submitter.ts'
import type { PlacedWorkers } from './worker-placement.ts'

/** Sends a prepared submit, unless the signal is aborted before the cluster may have it. */
type Submit = (signal: AbortSignal) => Promise<ClusterJob>

/** What an environment's status comes from: a submit on its way to the cluster, then the job. */
type Phase = { readonly status: JobStatus; readonly job: null } | { readonly job: ClusterJob }

/**
 * Runs pipelines across machines: on the workers of a cluster, which `millrace worker` starts. The program that submits
 * is bundled with all it imports, and runs there anew, once in each process that has a part of the job, up to the same
 * `submit`; the job is what it has recorded by then. Recording is as in a LocalEnvironment.
 */
export class ClusterEnvironment<S extends ServiceMap = Record<never, never>> extends BaseEnvironment<S> {
  readonly #settings: ClusterSettings
  readonly #phase = new BehaviorSubject<Phase>({ status: 'pending', job: null })
  readonly #jobs = new Set<ClusterJob>()
  readonly #workers: JobWorkers
  /** Whether a job is waited for that fills what `collect()` has returned. */
  #filling = false
  #submitter: Promise<ClusterSubmitter> | null = null

  /** @throws InvalidArgumentError for an empty name, and options that can never work. */
  constructor(name: string, options: ClusterEnvironmentOptions) {
    const { own, common } = splitClusterOptions(name, options)
    super(name, common)
    this.#settings = own
    this.#workers = new JobWorkers(own, (message) => this.options.logger.warn(message))
  }

  /** Of the job submitted last, as last heard; `pending` before there is one. */
  get status(): JobStatus {
    const phase = this.#phase.value
    return phase.job === null ? phase.status : phase.job.status
  }

  /** Of the job submitted last: `pending`, `uploading`, and what the cluster says. Does not complete. */
  get status$(): Observable<JobStatus> {
    return this.#phase.pipe(
      switchMap((phase) => {
        if (phase.job === null) return of(phase.status)
        if (isSettled(phase.job.status)) return of(phase.job.status)
        return phase.job.status$.pipe(catchError(() => EMPTY))
      }),
      distinctUntilChanged(),
    )
  }

  /** How far the job submitted last is. Goes on with the next job, and does not complete. */
  get progress$(): Observable<JobProgress> {
    return this.#phase.pipe(switchMap(({ job }) => job?.progress$.pipe(catchError(() => EMPTY)) ?? EMPTY))
  }

  override registerService<const N extends string, T extends object, A extends unknown[]>(
    name: N,
    source: ServiceSource<T, A>,
    ...args: NoInfer<ServiceArguments<A>>
  ): ClusterEnvironment<S & Record<N, T>> {
    super.registerService(name, source, ...args)
    return this as never
  }

  override registerPipeline<const N extends string, Req, Res>(
    name: N,
    build: (requests: DataStream<Req, S>) => DataStream<Res>,
    options?: PipelineServiceOptions,
  ): ClusterEnvironment<S & Record<N, PipelineService<Req, Res>>> {
    super.registerPipeline(name, build, options)
    return this as never
  }

  /**
   * Bundles the program, gives the cluster what it does not have of it, and submits the job. With `autostop` it resolves
   * when the job is over and everything of it is torn down, and `collect()` holds what it received; nothing of the job is
   * left in the cluster then. Ctrl-C stops the job, the second time it cancels it. Without, it resolves when the cluster
   * has the job. A job waits until there is a worker; those of `workers` are up before it is sent.
   *
   * In the processes of the job it never returns: what is behind it runs where the job was submitted only.
   *
   * @throws what LocalEnvironment's `submit` does; NotDistributableError for what cannot be had across machines;
   * BundleError, NativeModuleError; EngineUnavailableError. Always as a rejection.
   */
  submit(options: SubmitOptions & { readonly autostop: true }): Promise<JobResult>
  submit(options?: SubmitOptions & { readonly autostop?: false }): Promise<ClusterJobHandle>
  submit(options?: SubmitOptions): Promise<JobResult | ClusterJobHandle>
  async submit(options?: SubmitOptions): Promise<JobResult | ClusterJobHandle> {
    const checked = checkSubmitOptions(options)
    clusterSeat(this.#settings.engine)
    const host = submitHost()
    if (host !== undefined) {
      return checked.autostop === true ? host.submit(hostedSubmit(this.recorded)) : this.#handOver(host)
    }
    if (this.#halts(checked)) return new Promise(() => {})
    const submit = this.#prepare(findEntry(this.#settings.remote.program.entry), checked)
    return checked.autostop === true ? this.#runToEnd(submit, checked) : this.#begin(submit, checked)
  }

  /** A job that the cluster has, submitted by whomever. @throws EngineError where there is none. */
  async job(id: string): Promise<ClusterJobHandle> {
    const { logger } = this.options
    const submitter = await this.#open()
    return submitter.job(id, {
      root: rootOfProgram(this.#settings.remote.program.entry),
      collects: [],
      fill: () => {},
      ended: () => {},
      deletes: false,
      warn: (message) => logger.warn(message),
    })
  }

  /** Stops every job that was submitted from here and is not over. Harmless when there is none. */
  async stop(): Promise<void> {
    await Promise.all([...this.#jobs].map((job) => job.stop()))
  }

  /** Aborts every job that was submitted from here and is not over. Harmless when there is none. */
  async cancel(): Promise<void> {
    await Promise.all([...this.#jobs].map((job) => job.cancel()))
  }

  /** Lets go of the cluster: waits end. Jobs go on there. */
  async close(): Promise<void> {
    const opened = this.#submitter
    this.#submitter = null
    for (const job of this.#jobs) job.abandon(new Error(`Environment '${this.name}' was closed.`))
    this.#jobs.clear()
    await this.#workers.released()
    await (await opened)?.close()
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
      environment: 'remote',
      graph,
      stages: () => this.stages(),
      services: () => explainedServices(recorded),
      job: () => submittedJob(recorded, submit, false),
      remote: () => remoteProgram(this.name, this.#settings.remote),
    })
  }

  /** In a process of a job, where a handle is asked for: what is done with an earlier one has been done. */
  async #handOver(host: JobProcessHost): Promise<ClusterJobHandle> {
    const isEarlier = host.submits < host.ordinal
    const result = host.submit(hostedSubmit(this.recorded))
    // The job's own never settles.
    return isEarlier ? new EarlierClusterJob(this.name, result) : result.then(() => new Promise(() => {}))
  }

  /** All that can be refused here is; what is left to do is to be given up by a signal. */
  #prepare(entry: ProgramEntry, submit: SubmitOptions): Submit {
    const { recorded } = this
    const { logger } = this.options
    if (submit.resume !== undefined) throw noResume(this.name)
    const request = this.#request(entry, submit)
    const collects = [...collectedOf(recorded).keys()]
    if (this.#filling && collects.length > 0) throw isBusy(this.name)
    const { ordinal, earlier, settle: log } = logSubmit(entry, this.#settings.remote.program.ordinal)
    const settle = (outcome: { readonly result: JobResult | null; readonly error: unknown }): void =>
      log({ ...outcome, collected: collectedOf(recorded) })
    return async (signal) => {
      let job: ClusterJob | undefined
      let placed: PlacedWorkers | null = null
      const owner: Omit<ClusterJobOwner, 'root'> = {
        collects,
        fill: (node, values) => fillCollected(recorded, node, values),
        ended: (outcome) => {
          if (job !== undefined) this.#jobs.delete(job)
          this.#workers.release(placed)
          settle(outcome)
        },
        deletes: submit.autostop === true,
        warn: (message) => logger.warn(message),
      }
      for (const node of collects) fillCollected(recorded, node, [])
      this.#phase.next({ status: 'uploading', job: null })
      try {
        placed = await this.#workers.start(signal)
        job = await (await this.#open()).submit({ ...request, ordinal, earlier }, owner, signal)
      } catch (error) {
        this.#workers.release(placed)
        settle({ result: null, error })
        this.#phase.next({ status: signal.aborted ? 'cancelled' : 'failed', job: null })
        throw error
      }
      this.#jobs.add(job)
      this.#workers.attend(job, placed)
      this.#phase.next({ job })
      return job
    }
  }

  /** @throws InvalidGraphError, NotDistributableError, InvalidArgumentError */
  #request(entry: ProgramEntry, submit: SubmitOptions): Omit<ClusterSubmit, 'ordinal' | 'earlier'> {
    const { recorded, options } = this
    const { remote } = this.#settings
    const job = submittedJob(recorded, submit, false)
    const { parallelism, stopTimeout, logger } = options
    const { plan, regions, warnings } = distribute(recorded)
    for (const { message, nodeId } of warnings) logger.warn(message, { nodeId })
    const { argv, env } = programParts(this.name, remote, entry)
    const { external = [], packages = [], assets = [] } = remote.program
    const toBundle = { entry: entry.file, external, packages, assets }
    return { job, plan, regions, stopTimeout, parallelism, toBundle, argv, env }
  }

  async #begin(submit: Submit, options: SubmitOptions): Promise<ClusterJobHandle> {
    const { signal = new AbortController().signal } = options
    try {
      signal.throwIfAborted()
      const job = await submit(signal)
      job.cancelOn(signal)
      return job
    } catch (error) {
      throw signal.aborted ? this.#cancelled(signal.reason) : error
    }
  }

  async #runToEnd(submit: Submit, { signal }: SubmitOptions): Promise<JobResult> {
    this.#filling = true
    try {
      return await runToEnd(submit, { signal, cancelled: (cause) => this.#cancelled(cause) })
    } finally {
      await this.#workers.released()
      this.#filling = false
    }
  }

  #open(): Promise<ClusterSubmitter> {
    const { clock } = this.options
    const { engine } = this.#settings
    this.#submitter ??= import('./submit/submitter.ts').then(
      ({ ClusterSubmitter: Made }) => new Made(engine, this.name, clock),
    )
    return this.#submitter
  }

  /** Of a job that the cluster never had. */
  #cancelled(cause: unknown): JobCancelledError {
    const submittedAt = new Date(this.options.clock.now()).toISOString()
    const times = { submittedAt, startedAt: null, endedAt: null }
    const job = { id: '', name: this.name, status: 'cancelled', restarts: 0, ...times } as const
    return cancelledError(this.name, emptyResult(job), { cause })
  }
}
