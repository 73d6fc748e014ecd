import { MillraceError } from '../errors/millrace-error.ts'

/** A test had planned this crash: the job fails as if the process had died. `at` says where. */
export class PlannedCrashError extends MillraceError {
  readonly at: string

  constructor(at: string, seed?: number) {
    const drawn = seed === undefined ? '' : ` (seed ${seed})`
    super('ERR_PLANNED_CRASH', `The test has the job crash ${at}${drawn}.`, {
      remedy: 'Give the environment a restart strategy where the job is to go on.',
    })
    this.at = at
  }
}
