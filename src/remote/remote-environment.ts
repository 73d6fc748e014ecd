import {
  BehaviorSubject,
  catchError,
  distinctUntilChanged,
  EMPTY,
  type Observable,
  of,
  switchMap,
} from 'rxjs'
import { explainPlan } from '../compiler/explain-plan.ts'
import { BaseEnvironment } from '../environment/base-environment.ts'
import { haltsHere } from '../environment/command-host.ts'
import { explainedServices } from '../environment/explained-services.ts'
import { hostedSubmit } from '../environment/hosted-submit.ts'
import type { StopOptions } from '../environment/job-handle.ts'
import type { JobProcessHost } from '../environment/job-process-host.ts'
import { collectedOf, fillCollected } from '../environment/recorded-pipeline.ts'
import type { PipelineService, PipelineServiceOptions } from '../environment/registered-service.ts'
import { checkSubmitOptions, type SubmitOptions } from '../environment/submit-options.ts'
import { submittedJob } from '../environment/submitted-job.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { JobCancelledError } from '../job/job-errors.ts'
import type { JobResult } from '../job/job-result.ts'
import { isSettled, type JobStatus } from '../job/job-status.ts'
import type { Health } from '../protocol/answers.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'
import type { ServiceArguments, ServiceSource } from '../services/service-source.ts'
import type { DataStream } from '../stream/data-stream.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { EarlierJob } from './earlier-job.ts'
import { findEntry, type ProgramEntry } from '../environment/seat/find-entry.ts'
import { submitHost } from '../environment/seat/submit-host.ts'
import { logSubmit } from '../environment/seat/submit-log.ts'
import { cancelledError, emptyResult } from './job-end.ts'
import { programParts, remoteProgram } from './program-parts.ts'
import type { JobOwner, RemoteJob } from './remote-job.ts'
import type { RemoteJobHandle } from './remote-job-handle.ts'
import { type RemoteEnvironmentOptions, type RemoteSettings, splitOptions } from './remote-options.ts'
import { rootOfProgram } from './root-of-program.ts'
import { runToEnd } from './run-to-end.ts'
import type { Submitter } from './submitter.ts'

/** Sends a prepared submit, unless the signal is aborted before the server may have it. */
type Submit = (signal: AbortSignal) => Promise<RemoteJob>

/** What an environment's status comes from: a submit on its way to the server, then the job. */
type Phase = { readonly status: JobStatus; readonly job: null } | { readonly job: RemoteJob }

/**
 * Runs pipelines on a job server, which `millrace jobmanager start` starts. The program that submits is bundled with all
 * it imports, and runs there anew, in a process of its own, up to the same `submit`; the job is what it has recorded by
 * then. Recording is as in a LocalEnvironment.
 */
export class RemoteEnvironment<S extends ServiceMap = Record<never, never>> extends BaseEnvironment<S> {
  readonly #settings: RemoteSettings
  readonly #phase = new BehaviorSubject<Phase>({ status: 'pending', job: null })
  readonly #jobs = new Set<RemoteJob>()
  /** Whether a job is waited for that fills what `collect()` has returned. */
  #filling = false
  #submitter: Promise<Submitter> | null = null

  /** @throws InvalidArgumentError for an empty name, and options that can never work. */
  constructor(name: string, options: RemoteEnvironmentOptions = {}) {
    const { own, common } = splitOptions(name, options)
    super(name, common)
    this.#settings = own
  }

  /** Of the job submitted last, as last heard; `pending` before there is one. */
  get status(): JobStatus {
    const phase = this.#phase.value
    return phase.job === null ? phase.status : phase.job.status
  }

  /** Of the job submitted last: `pending`, `uploading`, and what the server says. Does not complete. */
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

  /** How far the job submitted last is, a few times a second. Goes on with the next job, and does not complete. */
  get progress$(): Observable<JobProgress> {
    return this.#phase.pipe(switchMap(({ job }) => job?.progress$.pipe(catchError(() => EMPTY)) ?? EMPTY))
  }

  override registerService<const N extends string, T extends object, A extends unknown[]>(
    name: N,
    source: ServiceSource<T, A>,
    ...args: NoInfer<ServiceArguments<A>>
  ): RemoteEnvironment<S & Record<N, T>> {
    super.registerService(name, source, ...args)
    return this as never
  }

  override registerPipeline<const N extends string, Req, Res>(
    name: N,
    build: (requests: DataStream<Req, S>) => DataStream<Res>,
    options?: PipelineServiceOptions,
  ): RemoteEnvironment<S & Record<N, PipelineService<Req, Res>>> {
    super.registerPipeline(name, build, options)
    return this as never
  }

  /**
   * Bundles the program, uploads what the server does not have of it, and submits the job. With `autostop` it resolves
   * when the job is over and everything of it is torn down on the server, and `collect()` holds what it received there;
   * Ctrl-C stops the job, the second time it cancels it. Without, it resolves when the server has the job.
   *
   * In the process of the job it never returns: what is behind it runs where the job was submitted only.
   *
   * @throws what LocalEnvironment's `submit` does; BundleError, NativeModuleError; ServerUnreachableError and what else
   * the server says; JobDeletedError; WaitTimeoutError. Always as a rejection.
   */
  submit(options: SubmitOptions & { readonly autostop: true }): Promise<JobResult>
  submit(options?: SubmitOptions & { readonly autostop?: false }): Promise<RemoteJobHandle>
  submit(options?: SubmitOptions): Promise<JobResult | RemoteJobHandle>
  async submit(options?: SubmitOptions): Promise<JobResult | RemoteJobHandle> {
    const checked = checkSubmitOptions(options)
    const host = submitHost()
    if (host !== undefined) {
      return checked.autostop === true ? host.submit(hostedSubmit(this.recorded)) : this.#handOver(host)
    }
    if (this.#halts(checked)) return new Promise(() => {})
    const submit = this.#prepare(findEntry(this.#settings.program.entry), checked)
    return checked.autostop === true ? this.#runToEnd(submit, checked) : this.#begin(submit, checked)
  }

  /**
   * Submits a job that ends by itself, as `submit({ autostop: true })` does, and resolves to its handle when the server
   * has it: for whoever does not wait. In the process of the job it never returns.
   */
  async start(options: Omit<SubmitOptions, 'autostop'> = {}): Promise<RemoteJobHandle> {
    const checked = { ...checkSubmitOptions(options), autostop: true }
    const host = submitHost()
    if (host !== undefined) return this.#handOver(host)
    if (this.#halts(checked)) return new Promise(() => {})
    return this.#begin(this.#prepare(findEntry(this.#settings.program.entry), checked), checked)
  }

  /** A job that the server has, submitted by whomever. @throws JobNotFoundError */
  async job(id: string): Promise<RemoteJobHandle> {
    const submitter = await this.#open()
    const { timeout = Infinity } = this.#settings.job
    const root = rootOfProgram(this.#settings.program.entry)
    return submitter.job(id, { root, timeout, collects: [], fill: () => {}, ended: () => {} })
  }

  /** Whether the server is there. @throws ServerUnreachableError */
  async health(): Promise<Health> {
    return (await this.#open()).health()
  }

  /** Stops every job that was submitted from here and is not over. Harmless when there is none. */
  async stop(options?: StopOptions): Promise<void> {
    await Promise.all([...this.#jobs].map((job) => job.stop(options)))
  }

  /** Aborts every job that was submitted from here and is not over. Harmless when there is none. */
  async cancel(): Promise<void> {
    await Promise.all([...this.#jobs].map((job) => job.cancel()))
  }

  /** Lets go of the server: waits end with ClientClosedError. Jobs go on there. */
  async close(): Promise<void> {
    const opened = this.#submitter
    this.#submitter = null
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
      job: () => submittedJob(recorded, submit, this.#settings.job.checkpoints),
      remote: () => remoteProgram(this.name, this.#settings),
    })
  }

  /** In the process of a job, where a handle is asked for: what is done with an earlier one has been done. */
  async #handOver(host: JobProcessHost): Promise<RemoteJobHandle> {
    const isEarlier = host.submits < host.ordinal
    const result = host.submit(hostedSubmit(this.recorded))
    // The job's own never settles.
    return isEarlier ? new EarlierJob(this.name, result) : result.then(() => new Promise(() => {}))
  }

  /** All that can be refused here is; what is left to do is to be given up by a signal. */
  #prepare(entry: ProgramEntry, submit: SubmitOptions): Submit {
    const { recorded } = this
    const { program, job: options } = this.#settings
    const toSubmit = submittedJob(recorded, submit, options.checkpoints)
    const collects = [...collectedOf(recorded).keys()]
    if (this.#filling && collects.length > 0) throw this.#busy()
    const logged = logSubmit(entry, program.ordinal)
    const settle = (outcome: { readonly result: JobResult | null; readonly error: unknown }): void =>
      logged.settle({ ...outcome, collected: collectedOf(recorded) })
    return async (signal) => {
      let job: RemoteJob | undefined
      const owner: Omit<JobOwner, 'root'> = {
        timeout: options.timeout ?? Infinity,
        collects,
        fill: (node, values) => fillCollected(recorded, node, values),
        ended: (outcome) => {
          if (job !== undefined) this.#jobs.delete(job)
          settle(outcome)
        },
      }
      for (const node of collects) fillCollected(recorded, node, [])
      this.#phase.next({ status: 'uploading', job: null })
      try {
        const submitter = await this.#open()
        const { ordinal, earlier } = logged
        const { logger } = recorded.options
        const parts = programParts(this.name, this.#settings, entry)
        const request = { job: toSubmit, ordinal, earlier, ...parts }
        const warn = (warning: string): void => logger.warn(warning)
        job = await submitter.submit(request, entry.file, { signal, owner, warn })
      } catch (error) {
        settle({ result: null, error })
        this.#phase.next({ status: signal.aborted ? 'cancelled' : 'failed', job: null })
        throw error
      }
      this.#jobs.add(job)
      this.#phase.next({ job })
      return job
    }
  }

  async #begin(submit: Submit, options: SubmitOptions): Promise<RemoteJobHandle> {
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
    const { detach = false, logs = false } = this.#settings.job
    this.#filling = true
    try {
      return await runToEnd(submit, {
        detach,
        logs,
        signal,
        cancelled: (cause) => this.#cancelled(cause),
      })
    } finally {
      this.#filling = false
    }
  }

  #open(): Promise<Submitter> {
    const { clock, random } = this.options
    this.#submitter ??= import('./submitter.ts').then(
      ({ Submitter: Made }) => new Made(this.#settings, clock, random),
    )
    return this.#submitter
  }

  /** Of a job that the server never had. */
  #cancelled(cause: unknown): JobCancelledError {
    const submittedAt = new Date(this.options.clock.now()).toISOString()
    const times = { submittedAt, startedAt: null, endedAt: null }
    const job = { id: '', name: this.name, status: 'cancelled', restarts: 0, ...times } as const
    return cancelledError(this.name, emptyResult(job), { cause })
  }

  #busy(): InvalidArgumentError {
    return new InvalidArgumentError(
      `A job of environment '${this.name}' is running, and has the buffer that this one needs.`,
      {
        remedy:
          'Wait for it, build the pipeline in an environment of its own, or write to a sink instead of collect().',
      },
    )
  }
}
