import { ProgramError } from '../../errors/program-errors.ts'
import { type FoundProgram, libraryOf } from './find-program.ts'

/** A program that has ended, and was not told of a submit of it. @param ordinal of the one that was wanted */
export function noSubmit({ name, path }: FoundProgram, ordinal = 0): ProgramError {
  const library = libraryOf(path)
  if (library !== undefined && library.command < 1) {
    return new ProgramError(
      `The millrace of '${name}' is ${library.version}, and does not tell this command of its submits.`,
      { remedy: 'Update it: npm install millrace@latest.' },
    )
  }
  const what = ordinal === 0 ? 'calling submit' : `coming to its submit ${ordinal}`
  return new ProgramError(`'${name}' ended without ${what}.`, {
    remedy: 'Let it call submit() of a LocalEnvironment or RemoteEnvironment, whatever its arguments are.',
  })
}
