import { MillraceError } from '../errors/millrace-error.ts'

/** A status change that the transition table does not allow. */
export class IllegalTransitionError extends MillraceError {
  constructor(from: string, to: string, message: string = `A job that is ${from} cannot become ${to}.`) {
    super('ERR_ILLEGAL_TRANSITION', message, {
      remedy: 'Look at the status before acting on the job; terminal states absorb.',
    })
  }
}
