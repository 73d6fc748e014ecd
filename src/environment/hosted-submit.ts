import { JobRunner } from './job-runner.ts'
import { collectedOf, fillCollected, type RecordedPipeline, withCheckpoints } from './recorded-pipeline.ts'
import { checkSubmitOptions } from './submit-options.ts'
import { whyNoCheckpoints } from './why-no-checkpoints.ts'
import { silentLogger } from '../functions/logger.ts'
import type { HostedSubmit } from './job-process-host.ts'
import { hostedProgram } from './seat/program-of.ts'
import { lineLogger } from './line-logger.ts'

/**
 * What a RemoteEnvironment hands to the process of a job: a job of what it has recorded, for the host to start. Where the
 * program has no logger of its own, what the library warns of goes to the job's log.
 */
export function hostedSubmit(given: RecordedPipeline): HostedSubmit {
  const { options } = given
  const logger = options.logger === silentLogger ? lineLogger : options.logger
  const recorded: RecordedPipeline = { ...given, options: { ...options, logger } }
  return {
    graph: recorded.graph,
    recorded,
    collected: () => collectedOf(recorded),
    fill: (node, values) => fillCollected(recorded, node, values),
    whyNoCheckpoints: () => whyNoCheckpoints(recorded),
    start: async (options, checkpoints, letters) => {
      const checked = checkSubmitOptions(options)
      const job = new JobRunner(true).prepare(withCheckpoints(recorded, checkpoints), checked, hostedProgram)
      job.cancelOn(checked.signal)
      if (letters !== undefined) job.keepLetters(letters)
      // Why it does not come to run, its result tells.
      job.start().catch(() => {})
      return job
    },
  }
}
