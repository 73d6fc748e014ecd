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
}

const names = optionNames<SubmitOptions>({ autostop: true, signal: true })

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
  return options
}

function wrong(message: string, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(message, { remedy })
}
