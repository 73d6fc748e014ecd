import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { instantiate } from '../compiler/instantiate/instantiate.ts'
import type { Plan } from '../compiler/plan.ts'
import type { DeadLetter } from '../functions/error-policy.ts'
import type { FunctionTable } from '../graph/pipeline-graph.ts'
import type { JobResources } from '../compiler/instantiate/job-resources.ts'
import type { ServiceMap } from '../functions/services.ts'
import { RequestQueue } from '../runtime/task/heads/request-head.ts'
import { Dispatcher } from '../runtime/dispatcher/dispatcher.ts'
import { TaskLoop } from '../runtime/task/task-loop.ts'
import type { ServiceDefinition } from '../services/service-definition.ts'
import { ServiceHost } from '../services/service-host.ts'
import type { ResolvedEnvironmentOptions } from './environment-options.ts'
import type { RegisteredService } from './registered-service.ts'

export interface JobRequest {
  readonly plan: Plan
  readonly functions: FunctionTable
  readonly services: readonly RegisteredService[]
  readonly options: ResolvedEnvironmentOptions
  readonly autostop: boolean
}

/** A job made ready to start, and the dead letters it keeps for its error report. */
export interface PreparedJob {
  readonly jobId: string
  readonly dispatcher: Dispatcher
  readonly keptLetters: readonly DeadLetter[]
}

/** Wires one job together: services, runtime objects and the Dispatcher that runs them. */
export function prepareJob({ plan, functions, services, options, autostop }: JobRequest): PreparedJob {
  const { clock, logger } = options
  const abort = new AbortController()
  // Every call in flight may listen, which Node would take for a leak.
  setMaxListeners(0, abort.signal)
  const keptLetters: DeadLetter[] = []
  const taskLoop = new TaskLoop(clock, options.sliceMs)
  const requests = new Map(
    services.flatMap(({ type, name }) =>
      type === 'pipeline' ? [[name, new RequestQueue(name)] as const] : [],
    ),
  )
  const definitions = services.map((service) => definitionOf(service, requests))
  const { callTimeout, teardownTimeout, startTimeout } = options
  const host = new ServiceHost(definitions, {
    clock,
    logger,
    signal: abort.signal,
    callTimeout,
    teardownTimeout,
    startTimeout,
  })
  // The Dispatcher runs what tells it of its end.
  let dispatcher: Dispatcher | null = null
  const resources: JobResources = {
    ...options,
    taskLoop,
    signal: abort.signal,
    keptLetters,
    checkpoints: null,
    createState: null,
    services: (name, within) => host.caller<ServiceMap>(within === null ? { name } : { name, within }),
    fail: (error) => dispatcher?.fail(error),
  }
  const instance = instantiate(plan, functions, resources, requests, (strand) =>
    dispatcher?.strandEnded(strand),
  )
  const { stopTimeout } = options
  const jobId = randomUUID()
  dispatcher = new Dispatcher(instance, host, {
    jobId,
    name: plan.name,
    clock,
    logger,
    taskLoop,
    stopTimeout,
    autostop,
    abort,
  })
  return { jobId, dispatcher, keptLetters }
}

function definitionOf(
  service: RegisteredService,
  requests: ReadonlyMap<string, RequestQueue>,
): ServiceDefinition {
  if (service.type === 'service') return service.definition
  const { name, concurrency } = service
  const create = (): RequestQueue => requests.get(name) as RequestQueue
  return { name, create, ...(concurrency === undefined ? {} : { concurrency }) }
}
