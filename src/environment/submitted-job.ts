import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { IterateBuffer } from '../functions/iterate-buffer.ts'
import type { RestartStrategy } from '../functions/restart-strategy.ts'
import type { PipelineGraph } from '../graph/pipeline-graph.ts'
import { LONGEST_DELAY } from '../util/longest-delay.ts'
import type { RecordedPipeline } from './recorded-pipeline.ts'
import type { SubmitOptions } from './submit-options.ts'
import { whyNoCheckpoints } from './why-no-checkpoints.ts'

/** A recorded pipeline as a server is told of it: plain data. */
export interface SubmittedJob {
  readonly graph: PipelineGraph
  readonly autostop: boolean
  readonly resume: { readonly savepoint: string } | undefined
  readonly allowDroppedState: boolean | undefined
  /** Whether the job can keep checkpoints, and is to. */
  readonly checkpointed: boolean
  readonly restart: RestartStrategy
  readonly keepOnFailure: boolean
  /** Milliseconds for all that the job does at its end. */
  readonly stopTimeout: number
}

/**
 * What a pipeline is as a job on a server. Whether it can be one is told here, before anything is sent.
 * @param checkpoints undefined: where it can keep them; false: none; otherwise it must be able to.
 * @throws InvalidGraphError when it cannot run, or cannot keep the checkpoints that are asked for; InvalidArgumentError
 * when its records are read where it does not run, or for options that mean nothing there.
 */
export function submittedJob(
  recorded: RecordedPipeline,
  { autostop = false, resume, allowDroppedState }: SubmitOptions,
  checkpoints?: object | false,
): SubmittedJob {
  checkReaders(recorded)
  if (resume === 'latest') throw notLatest()
  const { graph, options } = recorded
  const why = whyNoCheckpoints(recorded)
  if (why !== null && typeof checkpoints === 'object') throw why
  return {
    graph,
    autostop,
    resume,
    allowDroppedState,
    checkpointed: checkpoints !== false && why === null,
    restart: options.restart,
    keepOnFailure: options.keepOnFailure,
    stopTimeout: stopTimeoutOf(recorded),
  }
}

function checkReaders({ graph, functions }: RecordedPipeline): void {
  for (const { id, name, site } of graph.nodes) {
    if (!(functions.get(id) instanceof IterateBuffer)) continue
    throw new InvalidArgumentError(
      'toAsyncIterable() reads in this process what a job on a server emits there.',
      {
        operator: name,
        site,
        remedy:
          'Use collect(), which comes back with the result, or a sink that writes where you can read it.',
      },
    )
  }
}

function notLatest(): InvalidArgumentError {
  return new InvalidArgumentError(
    "A job on a server does not resume 'latest': the server keeps what it needs.",
    {
      remedy: 'Call continue() of the job that was stopped, or name a savepoint: { resume: { savepoint } }.',
    },
  )
}

/** Milliseconds for all that a job does at its end, one after the other, and some to spare. */
function stopTimeoutOf({ services, options }: RecordedPipeline): number {
  const teardowns = services.map((service) =>
    service.type === 'service'
      ? (service.definition.teardownTimeout ?? options.teardownTimeout)
      : options.teardownTimeout,
  )
  const longest = 30_000 + options.stopTimeout + 2 * teardowns.reduce((sum, one) => sum + one, 0)
  return Math.min(longest, LONGEST_DELAY)
}
