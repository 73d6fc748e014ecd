import { excerpt } from '../errors/excerpt.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { checkOptionNames, optionNames } from '../graph/option-names.ts'

export interface SubmitOptions {
  /**
   * True: `submit` resolves to the JobResult when the sources have run dry, every record is processed and every
   * service is torn down. False (default): it resolves to a JobHandle as soon as the job runs.
   */
  readonly autostop?: boolean
  /** Cancels the job when aborted. */
  readonly signal?: AbortSignal
  /**
   * Where the job begins, in an environment with `checkpoints`: `'latest'`: where the last run of this name left off, if
   * it did not complete; `{ savepoint }`: at the savepoint of that location. Default: afresh.
   */
  readonly resume?: 'latest' | { readonly savepoint: string }
  /** True: saved state of operators that the pipeline does not have any more is left behind. Default: refused. */
  readonly allowDroppedState?: boolean
}

const names = optionNames<SubmitOptions>({
  autostop: true,
  signal: true,
  resume: true,
  allowDroppedState: true,
})

/** @throws InvalidArgumentError when an option can never work. */
export function checkSubmitOptions(options: SubmitOptions = {}): SubmitOptions {
  if (typeof options !== 'object' || options === null) {
    throw wrong(`the options of submit are ${excerpt(options)}`, 'pass an object, such as { autostop: true }')
  }
  checkOptionNames('submit', 'submit', options, names)
  const { autostop, signal } = options
  if (autostop !== undefined && typeof autostop !== 'boolean') {
    throw wrong(`autostop is ${excerpt(autostop)}`, 'pass true or false')
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrong(`signal is ${excerpt(signal)}`, 'pass the signal of an AbortController')
  }
  const { resume, allowDroppedState } = options
  if (
    resume !== undefined &&
    resume !== 'latest' &&
    typeof (resume as { savepoint?: unknown } | null)?.savepoint !== 'string'
  ) {
    throw wrong(`resume is ${excerpt(resume)}`, "pass 'latest', or { savepoint } with the location of one")
  }
  if (allowDroppedState !== undefined && typeof allowDroppedState !== 'boolean') {
    throw wrong(`allowDroppedState is ${excerpt(allowDroppedState)}`, 'pass true or false')
  }
  return options
}

function wrong(message: string, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(message, { remedy })
}
