import type { EnvironmentOptions } from '../environment/environment-options.ts'
import { LocalEnvironment } from '../environment/local-environment.ts'
import type { PipelineService, PipelineServiceOptions } from '../environment/registered-service.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { JobResult } from '../job/job-result.ts'
import type { ServiceSource } from '../services/service-source.ts'
import type { DataStream } from '../stream/data-stream.ts'
import { type RunOptions, VirtualClock } from './virtual-clock.ts'
import { VirtualTimeError } from './virtual-time-error.ts'

export interface TestEnvironmentOptions extends Omit<EnvironmentOptions, 'clock'> {
  /** Default: one of its own. */
  readonly clock?: VirtualClock
}

/** A LocalEnvironment whose jobs run in virtual time. Without `clock.run` or `run`, time stands still. */
export class TestEnvironment<S extends ServiceMap = Record<never, never>> extends LocalEnvironment<S> {
  readonly clock: VirtualClock

  constructor(name = 'test', { clock = new VirtualClock(), ...options }: TestEnvironmentOptions = {}) {
    super(name, { ...options, clock })
    this.clock = clock
  }

  override registerService<const N extends string, T extends object, A extends unknown[]>(
    name: N,
    source: ServiceSource<T, A>,
    ...args: NoInfer<A>
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

  /**
   * Submits with `autostop`, and lets time pass until the job is over.
   * @throws JobFailedError, JobCancelledError and InvalidGraphError as `submit` does, and VirtualTimeError for a job
   * that never ends, which is cancelled and torn down first.
   */
  async run(options?: RunOptions): Promise<JobResult> {
    const controller = new AbortController()
    const job = this.submit({ autostop: true, signal: controller.signal })
    try {
      return await this.clock.run(job, options)
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
