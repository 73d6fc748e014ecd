import { excerpt } from '../errors/excerpt.ts'
import { checkMilliseconds, checkPositiveInteger } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import { checkOptionNames, optionNames } from '../graph/option-names.ts'
import type { CheckpointStore } from '../storage/checkpoint-store.ts'

/** Whether and how the jobs of an environment survive a crash. Times in milliseconds. */
export interface CheckpointOptions {
  /** Where checkpoints are kept, by the environment's name. */
  readonly store: CheckpointStore
  /** From the beginning of one checkpoint to the beginning of the next; default 10 000. Infinity: only savepoints. */
  readonly interval?: number
  /** A checkpoint that takes longer is given up, and the next one is tried; default 600 000. */
  readonly timeout?: number
  /** At least, from the end of one checkpoint to the beginning of the next; default 0. */
  readonly minPause?: number
  /** Complete checkpoints kept, a positive integer; default 3. Savepoints are kept until somebody removes them. */
  readonly retain?: number
}

const names = optionNames<CheckpointOptions>({
  store: true,
  interval: true,
  timeout: true,
  minPause: true,
  retain: true,
})

/** With defaults filled in. @throws InvalidArgumentError when an option can never work. */
export function resolveCheckpointOptions(
  name: string,
  options: CheckpointOptions,
): Required<CheckpointOptions> {
  const { store } = (Object(options) as Partial<CheckpointOptions>) ?? {}
  if (typeof store?.claim !== 'function') {
    throw invalidArgument(
      name,
      `checkpoints need a store, got ${excerpt(options)}`,
      "pass { store: new FileCheckpointStore('folder') }",
    )
  }
  checkOptionNames(name, 'checkpoints', options, names)
  const { interval = 10_000, timeout = 600_000, minPause = 0, retain = 3 } = options
  return Object.freeze({
    store,
    interval: interval === Infinity ? interval : checkMilliseconds(name, 'checkpoints.interval', interval),
    timeout: checkMilliseconds(name, 'checkpoints.timeout', timeout),
    minPause: minPause === 0 ? 0 : checkMilliseconds(name, 'checkpoints.minPause', minPause),
    retain: checkPositiveInteger(name, 'checkpoints.retain', retain),
  })
}
