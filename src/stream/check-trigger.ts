import { excerpt } from '../errors/excerpt.ts'
import type { FiringTrigger, WindowTrigger } from '../functions/window-trigger.ts'
import { checkPositiveInteger } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'

type Time = 'event' | 'processing'

/** The trigger as it is recorded. @throws InvalidArgumentError when it can never work for windows that go by `time`. */
export function checkTrigger(given: WindowTrigger, time: Time): WindowTrigger {
  const { type } = Object(given) as WindowTrigger
  if (type !== 'purging') return checkFiring(given as FiringTrigger, time)
  return { type, trigger: checkFiring((given as { readonly trigger: FiringTrigger }).trigger, time) }
}

function checkFiring(given: FiringTrigger, time: Time): FiringTrigger {
  const trigger = Object(given) as FiringTrigger
  switch (trigger.type) {
    case 'watermark':
    case 'processingTime':
      return checkClock({ type: trigger.type }, time)
    case 'count':
      return { type: trigger.type, count: checkPositiveInteger('onCount', 'count', trigger.count) }
    case 'early':
      return { type: trigger.type, after: checkPositiveInteger('early', 'after', trigger.after) }
    case 'continuous':
      return { type: trigger.type, every: checkPositiveInteger('continuous', 'every', trigger.every) }
    case 'anyOf':
      return checkAnyOf(trigger, time)
    default:
      throw noTrigger(given)
  }
}

/** Which clock the end of a window goes by is said once. */
function checkClock(trigger: FiringTrigger, time: Time): FiringTrigger {
  if (trigger.type === (time === 'event' ? 'watermark' : 'processingTime')) return trigger
  const [name, other] = time === 'event' ? ['onProcessingTime()', 'processing'] : ['onWatermark()', 'event']
  throw invalidArgument(
    'window',
    `windows in ${time} time cannot fire by ${name}`,
    `pass time: '${other}' too, or another trigger`,
  )
}

function checkAnyOf(given: { readonly triggers: unknown }, time: Time): FiringTrigger {
  if (!Array.isArray(given.triggers) || given.triggers.length === 0) throw noTrigger(given)
  const triggers = (given.triggers as readonly FiringTrigger[]).map((trigger) => checkFiring(trigger, time))
  const all = leaves(triggers)
  if (all.includes('early') && all.includes('continuous'))
    throw invalidArgument(
      'anyOf',
      'early and continuous both say after how long a window fires',
      'pass one of them',
    )
  return { type: 'anyOf', triggers }
}

function leaves(triggers: readonly FiringTrigger[]): readonly string[] {
  return triggers.flatMap((trigger) => (trigger.type === 'anyOf' ? leaves(trigger.triggers) : trigger.type))
}

function noTrigger(given: unknown): Error {
  return invalidArgument(
    'window',
    `there is no trigger ${excerpt(given)}`,
    'pass onWatermark(), onProcessingTime(), onCount(n), early(ms), continuous(ms), or anyOf(...) of them; purging(...) goes around it all',
  )
}
