import type { Observable } from 'rxjs'
import type { CheckpointOptions } from '../environment/checkpoint-options.ts'
import type { EnvironmentOptions } from '../environment/environment-options.ts'
import type { JobHandle } from '../environment/job-handle.ts'
import { LocalEnvironment } from '../environment/local-environment.ts'
import type { PipelineService, PipelineServiceOptions } from '../environment/registered-service.ts'
import type { SourceOptions } from '../environment/source-options.ts'
import type { SubmitOptions } from '../environment/submit-options.ts'
import { fixedDelay } from '../functions/restart-strategy.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { FunctionOr, PullFunction, PullSource } from '../functions/user-functions.ts'
import { customWatermarks } from '../functions/watermark-strategy.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { JobResult } from '../job/job-result.ts'
import type { ServiceArguments, ServiceSource } from '../services/service-source.ts'
import type { CheckpointSummary } from '../storage/checkpoint-store.ts'
import { MemoryCheckpointStore } from '../storage/memory-checkpoint-store.ts'
import type { DataStream } from '../stream/data-stream.ts'
import type { TimestampsOptions } from '../stream/operator-options.ts'
import type { FaultPlan } from './fault-plan.ts'
import { PlannedCrashError } from './planned-crash-error.ts'
import { seededRandom, seedOfRun } from './seeded-random.ts'
import { bind, type TestHost } from './test-host.ts'
import { inBandWatermarks, recordsOf, type TimedItem, timeOf } from './timed-source.ts'
import { type RunOptions, VirtualClock } from './virtual-clock.ts'
import { VirtualTimeError } from './virtual-time-error.ts'

export interface TestEnvironmentOptions extends Omit<EnvironmentOptions, 'clock' | 'checkpoints' | 'random'> {
  /** Default: one of its own. */
  readonly clock?: VirtualClock
  /**
   * True: checkpoints in memory, taken only when the test says so (`BARRIER`, `checkpoint()`, savepoints) and at the
   * end. Or options, with the same defaults. A job that takes checkpoints is restarted, by default, after 1 ms, up to
   * 100 times.
   */
  readonly checkpoints?: boolean | Partial<CheckpointOptions>
  /** Kills the jobs of this environment as planned. */
  readonly faults?: Pick<FaultPlan<never>, 'seed' | 'attach'>
  /** Of chance in restart delays; default that of `faults`, MILLRACE_SEED, or 1. */
  readonly seed?: number
}

/** Where the job begins, and how long it may go on. */
export type TestRunOptions = RunOptions & Pick<SubmitOptions, 'resume' | 'allowDroppedState'>

/** A LocalEnvironment whose jobs run in virtual time. Without `clock.run` or `run`, time stands still. */
export class TestEnvironment<S extends ServiceMap = Record<never, never>>
  extends LocalEnvironment<S>
  implements TestHost
{
  readonly clock: VirtualClock
  /** Jobs submitted up to now: a restart is none of its own. */
  jobs = 0

  constructor(name = 'test', options: TestEnvironmentOptions = {}) {
    const { clock = new VirtualClock(), checkpoints = false, faults, seed, ...others } = options
    const settings = checkpoints === false ? null : checkpoints === true ? {} : checkpoints
    const kept = settings === null ? null : (settings.store ?? new MemoryCheckpointStore())
    const store = faults === undefined ? kept : faults.attach(kept, (error) => this.crash(error))
    super(name, {
      latencyInterval: false,
      ...(settings === null ? {} : { restart: fixedDelay({ attempts: 100, delay: 1 }) }),
      ...others,
      ...(store === null ? {} : { checkpoints: { interval: Infinity, ...settings, store } }),
      random: seededRandom(seed ?? faults?.seed ?? seedOfRun() ?? 1),
      clock,
    })
    this.clock = clock
  }

  override registerService<const N extends string, T extends object, A extends unknown[]>(
    name: N,
    source: ServiceSource<T, A>,
    ...args: NoInfer<ServiceArguments<A>>
  ): TestEnvironment<S & Record<N, T>> {
    super.registerService(name, source, ...args)
    return this as never
  }

  override registerPipeline<const N extends string, Req, Res>(
    name: N,
    build: (requests: DataStream<Req, S>) => DataStream<Res>,
    options?: PipelineServiceOptions,
  ): TestEnvironment<S & Record<N, PipelineService<Req, Res>>> {
    super.registerPipeline(name, build, options)
    return this as never
  }

  override fromSource<T>(
    source: FunctionOr<PullFunction<T, S>, PullSource<T, S>>,
    options?: SourceOptions,
  ): DataStream<T, S> {
    bind(source, this)
    return super.fromSource(source, options)
  }

  /**
   * A source whose records bring their event times along, `{ value, at }`, and among which `WATERMARK(time)` says how
   * far event time has come: it does not move by itself.
   */
  fromTimed<T>(
    source: FunctionOr<PullFunction<TimedItem<T>, S>, PullSource<TimedItem<T>, S>> | Observable<TimedItem<T>>,
    { name = 'timed', idleAfter }: Pick<TimestampsOptions, 'name' | 'idleAfter'> = {},
  ): DataStream<T, S> {
    const single = { parallelism: 1 }
    const items: DataStream<TimedItem<T>, S> = 'subscribe' in source
      ? this.fromObservable(source, { name: `${name} source` })
      : this.fromSource(source, { ...single, name: `${name} source` })
    const idle = idleAfter === undefined ? {} : { idleAfter }
    return items
      .assignTimestamps(timeOf, customWatermarks(inBandWatermarks), {
        ...single,
        ...idle,
        name: `${name} time`,
      })
      .flatMap<T>(recordsOf, { ...single, name })
  }

  /** @internal A job in virtual time is nobody else's. */
  protected override get isHosted(): boolean {
    return false
  }

  override submit(options: SubmitOptions & { readonly autostop: true }): Promise<JobResult>
  override submit(options?: SubmitOptions & { readonly autostop?: false }): Promise<JobHandle>
  override submit(options?: SubmitOptions): Promise<JobResult | JobHandle>
  override submit(options?: SubmitOptions): Promise<JobResult | JobHandle> {
    this.jobs++
    return super.submit(options)
  }

  /**
   * Takes a checkpoint of the job submitted last. Resolves when it is safe, and sinks have been told.
   * @throws InvalidArgumentError when no job runs, or it takes none; otherwise as `JobHandle.savepoint` does.
   */
  async checkpoint(): Promise<CheckpointSummary> {
    if (this.job === null) throw noJob('checkpoint')
    return this.job.checkpoint()
  }

  /**
   * The job submitted last fails at once, as if the process had died: what is under way is aborted.
   * @throws InvalidArgumentError when no job runs.
   */
  crash(error: unknown = new PlannedCrashError('by crash()')): void {
    if (this.job === null) throw noJob('crash')
    this.job.crash(error)
  }

  /**
   * Submits with `autostop`, and lets time pass until the job is over.
   * @throws JobFailedError, JobCancelledError and InvalidGraphError as `submit` does, and VirtualTimeError for a job
   * that never ends, which is cancelled and torn down first.
   */
  async run({ maxSteps, ...options }: TestRunOptions = {}): Promise<JobResult> {
    const controller = new AbortController()
    const job = this.submit({ ...options, autostop: true, signal: controller.signal })
    try {
      return await this.clock.run(job, maxSteps === undefined ? {} : { maxSteps })
    } catch (error) {
      if (error instanceof VirtualTimeError) {
        controller.abort(error)
        // However the job takes its end, and even where it takes none: the first error tells what is wrong.
        await this.clock.run(job).catch(() => {})
      }
      throw error
    }
  }
}

function noJob(what: string): Error {
  return invalidArgument(what, 'no job of this environment runs', 'submit it first')
}
