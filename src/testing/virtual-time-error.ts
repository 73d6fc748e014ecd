import { MillraceError } from '../errors/millrace-error.ts'

/**
 * Virtual time could not bring what it ran to an end. `reason` is 'idle' where nothing is scheduled any more, so that
 * nothing can ever happen, and 'endless' where there is always more to do.
 */
export class VirtualTimeError extends MillraceError {
  readonly reason: 'idle' | 'endless'
  /** Where time had come to. */
  readonly frame: number

  constructor(reason: 'idle' | 'endless', frame: number, message: string, remedy: string) {
    super('ERR_VIRTUAL_TIME', message, { remedy })
    this.reason = reason
    this.frame = frame
  }
}
