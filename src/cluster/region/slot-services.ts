import type { JobResources } from '../../compiler/instantiate/job-resources.ts'
import type { RecordedPipeline } from '../../environment/recorded-pipeline.ts'
import type { SeatedProgram } from '../../environment/seat/seat-order.ts'
import { launcher } from '../../environment/services/launch-service.ts'
import { NobodyAnsweredError } from '../../errors/cluster-errors.ts'
import { thrownBy, toPortableError } from '../../errors/portable-error-codec.ts'
import type { PortableError } from '../../errors/portable-error.ts'
import type { CallOptions } from '../../functions/services.ts'
import { JobAbort } from '../../runtime/dispatcher/job-abort.ts'
import { HostServiceCaller } from '../../services/service-caller.ts'
import { ServiceHost } from '../../services/service-host.ts'
import { noSuchService } from '../../services/service-methods.ts'
import { v8Serializer } from '../../storage/serializer.ts'
import type { Calls, Served } from '../engine/calls.ts'
import type { PartNews } from '../protocol/heartbeat.ts'

/** A call that goes to where the services are. */
interface ServiceQuestion {
  readonly operator: string
  readonly service: string
  readonly method: string
  readonly args: readonly unknown[]
  readonly timeout: number
}

type ServiceAnswer = { readonly value: unknown } | { readonly error: PortableError }

export interface SlotServicesOptions {
  readonly job: string
  readonly recorded: RecordedPipeline
  readonly program: SeatedProgram
  readonly calls: Calls
  readonly changed: () => void
  readonly fail: (error: unknown) => void
}

/** Until somebody has the services: milliseconds between two attempts at a call. */
const ASK_AGAIN = 100

/** The services of a job: they are in one slot, and are called from all. */
export class SlotServices {
  readonly #options: SlotServicesOptions
  readonly #abort = new JobAbort()
  #host: ServiceHost | null = null
  #served: Served | null = null
  #news: PartNews['services'] = null

  constructor(options: SlotServicesOptions) {
    this.#options = options
  }

  get news(): PartNews['services'] {
    return this.#news
  }

  /** Has them here, once. */
  async start(): Promise<void> {
    if (this.#host !== null) return
    const { recorded, program, calls, job, changed, fail } = this.#options
    const { options, services, graph } = recorded
    const { random } = options
    const definitions = services.flatMap((service) =>
      service.type === 'service' ? [service.definition] : [],
    )
    const host = new ServiceHost(definitions, {
      ...options,
      signal: this.#abort.signal,
      remote: { launch: launcher(graph, async () => program), random, fail },
    })
    this.#host = host
    this.#news = { state: 'starting' }
    changed()
    try {
      await host.start()
      this.#served = calls.serve(subjectOf(job), (bytes) => this.#answer(host, bytes))
      this.#news = { state: 'up' }
      changed()
    } catch (error) {
      fail(error)
    }
  }

  /** Takes them down, once; a second call waits for the first. @param reason null: the job has not failed. */
  async stop(reason: unknown): Promise<void> {
    const host = this.#host
    if (host === null) return
    if (reason !== null) this.#abort.abort(reason)
    const down = await host.stop({ failed: reason !== null })
    await this.#served?.close()
    this.#served = null
    this.#news = { down }
    this.#options.changed()
  }

  /** Services as operators here call them, wherever they are. */
  callers(signal: AbortSignal): JobResources['services'] {
    const { recorded } = this.#options
    const names = recorded.services.map(({ name }) => name)
    return (operator) =>
      new HostServiceCaller(
        { name: operator },
        {
          find: (name) => {
            if (!names.includes(name)) throw noSuchService(name, names, operator)
          },
          call: (_origin, service, method, args, options) =>
            this.#call({ operator, service, method, args, timeout: this.#timeout(options) }, options, signal),
        },
      )
  }

  #timeout({ timeout }: CallOptions): number {
    return timeout ?? this.#options.recorded.options.callTimeout
  }

  async #call(question: ServiceQuestion, options: CallOptions, signal: AbortSignal): Promise<unknown> {
    const { service, method, args, timeout, operator } = question
    if (this.#host !== null)
      return this.#host.caller({ name: operator }).callService(service, method, args, options)
    const { calls, job, recorded } = this.#options
    const { clock } = recorded.options
    const bytes = v8Serializer.serialize(question)
    const until = clock.monotonic() + timeout
    for (;;) {
      signal.throwIfAborted()
      options.signal?.throwIfAborted()
      try {
        const left = Math.max(1, until - clock.monotonic())
        const answer = v8Serializer.deserialize(
          await calls.call(subjectOf(job), bytes, left),
        ) as ServiceAnswer
        if ('error' in answer) throw thrownBy(answer.error)
        return answer.value
      } catch (error) {
        if (!(error instanceof NobodyAnsweredError) || clock.monotonic() >= until) throw error
      }
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, ASK_AGAIN))
    }
  }

  async #answer(host: ServiceHost, bytes: Uint8Array): Promise<Uint8Array> {
    const { operator, service, method, args, timeout } = v8Serializer.deserialize(bytes) as ServiceQuestion
    try {
      const value = await host.caller({ name: operator }).callService(service, method, args, { timeout })
      return v8Serializer.serialize({ value } satisfies ServiceAnswer)
    } catch (error) {
      return v8Serializer.serialize({ error: toPortableError(error) } satisfies ServiceAnswer)
    }
  }
}

const subjectOf = (job: string): string => `services.${job}`
