import type { RecordedPipeline } from '../environment/recorded-pipeline.ts'
import type { SubmitOptions } from '../environment/submit-options.ts'
import { whyNoCheckpoints } from '../environment/why-no-checkpoints.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { IterateBuffer } from '../functions/iterate-buffer.ts'
import type { RemoteJobOptions } from './remote-options.ts'

/**
 * Whether a pipeline can be a job on a server: told here, before anything is sent.
 * @returns whether it keeps checkpoints there.
 * @throws InvalidGraphError when it cannot run, or cannot keep the checkpoints that are asked for; InvalidArgumentError
 * when its records are read where it does not run, or for options that mean nothing there.
 */
export function checkRemote(
  recorded: RecordedPipeline,
  submit: SubmitOptions,
  { checkpoints }: RemoteJobOptions,
): boolean {
  const { graph, functions } = recorded
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
  if (submit.resume === 'latest') {
    throw new InvalidArgumentError(
      "A job on a server does not resume 'latest': the server keeps what it needs.",
      {
        remedy:
          'Call continue() of the job that was stopped, or name a savepoint: { resume: { savepoint } }.',
      },
    )
  }
  const why = whyNoCheckpoints(recorded)
  if (why !== null && typeof checkpoints === 'object') throw why
  return checkpoints !== false && why === null
}
