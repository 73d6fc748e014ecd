import { excerpt } from '../errors/excerpt.ts'
import type { WindowAssigner } from '../functions/window-assigner.ts'
import { onProcessingTime, onWatermark, type WindowTrigger } from '../functions/window-trigger.ts'
import { checkCount } from '../graph/check-number.ts'
import { checkName } from '../graph/check-options.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import { checkOptionNames } from '../graph/option-names.ts'
import type { WindowNode } from '../graph/transformation.ts'
import { checkAssigner } from './check-assigner.ts'
import { checkTrigger } from './check-trigger.ts'
import { type WindowOptions, windowOptionNames } from './window-options.ts'

/** What is particular to the windows of a node, whatever becomes of them. */
export type WindowDraft = Pick<WindowNode, 'assigner' | 'time' | 'trigger' | 'allowedLateness' | 'late'>

/** @throws InvalidArgumentError when the windows can never work. */
export function windowDraft(given: WindowAssigner, options: WindowOptions = {}): WindowDraft {
  const assigner = checkAssigner(given)
  if (typeof options !== 'object' || options === null) {
    throw invalidArgument(
      'window',
      `the options of window must be an object, got ${excerpt(options)}`,
      "pass options behind the assigner, such as { time: 'processing' }; name and uid go to what follows",
    )
  }
  checkOptionNames('window', 'window', options, windowOptionNames)
  const { time = 'event', allowedLateness = 0, late = 'late' } = options
  if (time !== 'event' && time !== 'processing')
    throw invalidArgument(
      'window',
      `there is no time ${excerpt(time)}`,
      "pass 'event' or 'processing', or leave time out",
    )
  checkWithoutLate(assigner, time, options)
  checkCount('window', 'allowedLateness', allowedLateness)
  checkName('window', 'the side output of late records', late)
  return { assigner, time, trigger: triggerOf(assigner, time, options.trigger), allowedLateness, late }
}

function triggerOf(
  { type }: WindowAssigner,
  time: 'event' | 'processing',
  trigger: WindowTrigger | undefined,
): WindowTrigger {
  if (trigger === undefined) {
    if (type === 'global')
      throw invalidArgument(
        'window',
        'the global window ends with the input, and was given no trigger',
        'say when it fires: trigger: onCount(n), early(ms), continuous(ms), or onWatermark() for the end alone',
      )
    return time === 'event' ? onWatermark() : onProcessingTime()
  }
  if (type === 'count')
    throw invalidArgument(
      'window',
      'a count window fires when it is full, and was given a trigger',
      'leave the trigger out, or use globalWindow() with it',
    )
  return checkTrigger(trigger, time)
}

/** Nothing comes too late where windows do not go by event time. */
function checkWithoutLate({ type }: WindowAssigner, time: string, options: WindowOptions): void {
  const given = (['allowedLateness', 'late'] as const).find((name) => options[name] !== undefined)
  if (given === undefined || (time === 'event' && type !== 'count' && type !== 'global')) return
  const windows = type === 'count' || type === 'global' ? `${type} windows` : 'windows in processing time'
  throw invalidArgument(
    'window',
    `no record is too late for ${windows}, which were given ${given}`,
    `leave ${given} out`,
  )
}
