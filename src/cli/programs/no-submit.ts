import { ProgramError } from '../../errors/program-errors.ts'
import type { FoundProgram } from './find-program.ts'

/** @param ended how, where it is unusual: `exit code 3`, `SIGKILL` */
export function noSubmit({ name }: FoundProgram, ended: string | null = null): ProgramError {
  // As node ends where an await at the top of a module never comes back.
  if (ended === 'exit code 13') {
    return new ProgramError(`'${name}' awaits what never comes, before it has submitted a job.`, {
      remedy: 'Look at the line that node has shown: nothing is left in the process that could bring it.',
    })
  }
  return new ProgramError(
    `'${name}' ended without the submit that is wanted${ended === null ? '' : `, by ${ended}`}.`,
    {
      remedy:
        'Let it call submit() of a LocalEnvironment or a RemoteEnvironment, whatever its arguments are.',
    },
  )
}
