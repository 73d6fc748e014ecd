import type { Logger } from '../../functions/logger.ts'
import type { MetricGroup } from '../../functions/metric-group.ts'
import type { ServiceCaller } from '../../functions/services.ts'
import type { OperatorScope } from '../../runtime/task/call-context.ts'
import type { Clock } from '../../time/clock.ts'
import type { PlanNode } from '../plan.ts'
import type { JobResources } from './job-resources.ts'

/** What the calls of one operator in one subtask have in common. Made for every operator: what few ask for is made then. */
export class SubtaskScope implements OperatorScope {
  readonly subtaskIndex: number
  readonly parallelism: number
  readonly metrics: MetricGroup
  readonly #member: PlanNode
  readonly #resources: JobResources
  readonly #signal: AbortSignal | null
  #services: ServiceCaller | null = null

  /** @param signal where it is another than the job's. */
  constructor(
    member: PlanNode,
    subtaskIndex: number,
    parallelism: number,
    metrics: MetricGroup,
    resources: JobResources,
    signal: AbortSignal | null = null,
  ) {
    this.#member = member
    this.subtaskIndex = subtaskIndex
    this.parallelism = parallelism
    this.metrics = metrics
    this.#resources = resources
    this.#signal = signal
    // A service that can call others has to be known as such before anybody calls it.
    if (member.service !== null) this.#services = resources.services(this.operator, member.service)
  }

  get operator(): string {
    return this.#member.transformation.name
  }

  get signal(): AbortSignal {
    return this.#signal ?? this.#resources.signal
  }

  get logger(): Logger {
    return this.#resources.logger
  }

  get services(): ServiceCaller {
    this.#services ??= this.#resources.services(this.operator, null)
    return this.#services
  }

  get clock(): Clock {
    return this.#resources.clock
  }

  now(): number {
    return this.#resources.clock.now()
  }

  /** The same with a signal of its own. */
  withSignal(signal: AbortSignal): SubtaskScope {
    const { subtaskIndex, parallelism, metrics } = this
    return new SubtaskScope(this.#member, subtaskIndex, parallelism, metrics, this.#resources, signal)
  }
}
