import { EngineError } from '../../errors/cluster-errors.ts'
import { MOST_OUTPUTS } from '../engine/job-log.ts'

/** @throws EngineError when that is more than one commit takes: trying again would come to the same. */
export function checkOutputs(messages: number): void {
  if (messages <= MOST_OUTPUTS) return
  throw new EngineError(`What is to be committed at once comes to ${messages} messages, which is too many.`, {
    remedy: 'Lower the parallelism, or let no record come to so much: emit it in parts.',
  })
}
