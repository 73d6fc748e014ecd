import { randomUUID } from 'node:crypto'
import { instantiate } from '../compiler/instantiate/instantiate.ts'
import type { Plan } from '../compiler/plan.ts'
import type { FunctionTable, PipelineGraph } from '../graph/pipeline-graph.ts'
import type { JobResources } from '../compiler/instantiate/job-resources.ts'
import type { ServiceMap } from '../functions/services.ts'
import { RequestQueue } from '../runtime/task/heads/request-head.ts'
import { EndGate } from '../runtime/checkpoint/end-gate.ts'
import { JobCheckpointing, type Resume } from '../runtime/checkpoint/job-checkpointing.ts'
import type { Attempt, AttemptEvents } from '../runtime/dispatcher/attempt.ts'
import { Dispatcher } from '../runtime/dispatcher/dispatcher.ts'
import { JobLetters } from '../runtime/dead-letters/job-letters.ts'
import { JobAbort } from '../runtime/dispatcher/job-abort.ts'
import { LatencyMeter } from '../runtime/metrics/latency-meter.ts'
import { OperatorState } from '../runtime/state/operator-state.ts'
import { TaskLoop } from '../runtime/task/task-loop.ts'
import type { ServiceDefinition } from '../services/service-definition.ts'
import { type RemoteHosting, ServiceHost } from '../services/service-host.ts'
import { realClock } from '../time/real-clock.ts'
import { hasTransactions } from './check-recovery.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { JobThreads, type JobThreadsOptions } from './threads/job-threads.ts'
import type { ResolvedEnvironmentOptions } from './environment-options.ts'
import { manifestOperators } from './manifest-operators.ts'
import type { RegisteredService } from './registered-service.ts'
import type { ProgramOf } from './seat/program-of.ts'
import { launcher } from './services/launch-service.ts'

export interface JobRequest {
  readonly plan: Plan
  readonly graph: PipelineGraph
  readonly functions: FunctionTable
  readonly services: readonly RegisteredService[]
  readonly options: ResolvedEnvironmentOptions
  /** What it is part of, for what is loaded beside it. */
  readonly program: ProgramOf
  readonly autostop: boolean
  readonly resume: Resume
  readonly allowDroppedState: boolean
}

/** A job made ready to start, and the dead letters that nobody in the program reads. */
export interface PreparedJob {
  readonly jobId: string
  readonly dispatcher: Dispatcher
  readonly letters: JobLetters
}

/**
 * Wires one job together: services, runtime objects and the Dispatcher that runs them.
 * @param onRestart called before the job runs again; `restored`: what it goes on from is a checkpoint.
 */
export function prepareJob(request: JobRequest, onRestart: (restored: boolean) => void): PreparedJob {
  const { plan, options, autostop } = request
  const { clock, logger, stopTimeout, restart, random } = options
  const letters = new JobLetters()
  const jobId = randomUUID()
  const checkpointing = checkpointingOf(request, jobId, letters)
  const createAttempt = (events: AttemptEvents): Attempt =>
    buildAttempt(request, { events, letters, checkpointing })
  const dispatcher = new Dispatcher({
    jobId,
    name: plan.name,
    clock,
    logger,
    stopTimeout,
    autostop,
    restart,
    random,
    createAttempt,
    checkpointing,
    onRestart,
    onBegin: () => letters.begin(checkpointing?.lettersOrigin ?? { checkpoint: null, settled: [] }),
  })
  return { jobId, dispatcher, letters }
}

function checkpointingOf(
  { plan, options, resume, allowDroppedState }: JobRequest,
  run: string,
  letters: JobLetters,
): JobCheckpointing | null {
  if (options.checkpoints === null) return null
  const { store, ...settings } = options.checkpoints
  const { clock, logger } = options
  const operators = manifestOperators(plan)
  return new JobCheckpointing({
    job: plan.name,
    run,
    operators,
    store,
    settings,
    resume,
    allowDroppedState,
    letters,
    clock,
    logger,
  })
}

interface AttemptParts {
  readonly events: AttemptEvents
  readonly letters: JobLetters
  readonly checkpointing: JobCheckpointing | null
}

function buildAttempt(request: JobRequest, { events, letters, checkpointing }: AttemptParts): Attempt {
  const { plan, functions, services, options } = request
  const { clock, logger } = options
  const abort = new JobAbort()
  const latency = new LatencyMeter(options.latencyInterval, clock)
  const taskLoop = new TaskLoop(clock, options.sliceMs, latency)
  const requests = new Map(
    services.flatMap(({ type, name }) =>
      type === 'pipeline' ? [[name, new RequestQueue(name)] as const] : [],
    ),
  )
  const definitions = services.map((service) => definitionOf(service, requests))
  const { callTimeout, teardownTimeout, startTimeout, keepOnFailure } = options
  const host = new ServiceHost(definitions, {
    clock,
    logger,
    get signal() {
      return abort.signal
    },
    callTimeout,
    teardownTimeout,
    startTimeout,
    keepOnFailure,
    remote: remoteHosting(request, events),
  })
  const gate = checkpointing === null && hasTransactions(plan, functions) ? new EndGate() : null
  const saved: JobResources['createState'] = ({ name }, subtaskIndex, parallelism) =>
    new OperatorState({ operator: name, subtaskIndex, parallelism, clock })
  const resources: JobResources = {
    ...options,
    taskLoop,
    latency,
    get signal() {
      return abort.signal
    },
    letters,
    checkpoints: checkpointing?.coordinator ?? gate,
    createState: checkpointing === null ? null : saved,
    services: (name, within) => host.caller<ServiceMap>(within === null ? { name } : { name, within }),
    fail: (error) => {
      events.fail(error)
      for (const queue of requests.values()) queue.giveUp()
    },
  }
  const threads = jobThreads(request, {
    checkpoints: resources.checkpoints,
    isSaved: checkpointing !== null,
    letters,
    services: (operator) => resources.services(operator, null),
    aborted: () => abort.reason,
    fail: resources.fail,
    ended: events.ended,
  })
  const here = instantiate(plan, functions, resources, requests, events.ended, threads)
  threads?.account(here.nodes)
  const instance = { ...here, strands: [...here.strands, ...(threads?.strands ?? [])] }
  gate?.expect(instance.strands.filter(({ main }) => main).length)
  return { instance, services: host, taskLoop, outside: threads, abort, down: null }
}

/** Null: it has none. */
function jobThreads(
  { plan, graph, options, program }: JobRequest,
  parts: Omit<JobThreadsOptions, 'plan' | 'graph' | 'options' | 'program'>,
): JobThreads | null {
  if (plan.subtasks.every(({ thread }) => thread === null)) return null
  if (options.clock !== realClock) throw noThreads(plan.name)
  return new JobThreads({ plan, graph, options, program, ...parts })
}

function noThreads(name: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `Operators of '${name}' are to be in threads, which have no part in virtual time.`,
    {
      remedy: "Test the pipeline with placement: 'process', and threads in real time.",
    },
  )
}

/** Null: in virtual time there are no processes. */
function remoteHosting(
  { graph, program, options }: JobRequest,
  { fail }: AttemptEvents,
): RemoteHosting | null {
  const { clock, random } = options
  return clock === realClock ? { launch: launcher(graph, program), random, fail } : null
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
