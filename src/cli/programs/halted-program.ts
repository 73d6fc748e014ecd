import { exitCodes } from '../exit-codes.ts'
import { InterruptedError } from '../interrupts.ts'
import { thrownBefore } from './describe-thrown.ts'
import { checkHalts, type FoundProgram } from './find-program.ts'
import { forwardInterrupts } from './forward-interrupts.ts'
import type { ProgramOrder, ProgramReport } from './messages.ts'
import { ProgramChild } from './program-child.ts'
import { noSubmit } from './no-submit.ts'

type Wanted = 'submit' | 'explained'

/**
 * Runs a program up to a submit, and resolves to what it tells of it. What it writes goes to stderr: stdout is for what
 * the command is asked for.
 * @throws ProgramError when it does not come to it; InterruptedError by Ctrl-C.
 */
export async function runUpToSubmit<T extends Wanted>(
  program: FoundProgram,
  wanted: T,
  {
    order,
    args,
    env,
  }: {
    readonly order: ProgramOrder
    readonly args: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  },
): Promise<Extract<ProgramReport, { readonly type: T }>> {
  checkHalts(program)
  let found: Extract<ProgramReport, { readonly type: T }> | undefined
  let thrown: Extract<ProgramReport, { readonly type: 'threw' }> | undefined
  let interrupted = false
  const child = new ProgramChild(program, {
    args,
    order,
    ...(env !== undefined && { env }),
    output: [2, 'inherit'],
    heard: (report) => {
      if (report.type === wanted) found = report as typeof found
      else if (report.type === 'threw') thrown = report
    },
  })
  const { code, signal } = await forwardInterrupts(
    (name) => {
      interrupted = true
      child.interrupt(name)
    },
    () => child.ended,
  )
  if (interrupted || signal === 'SIGINT') throw new InterruptedError()
  if (found !== undefined) return found
  if (thrown !== undefined) throw thrownBefore(program, thrown.error)
  throw noSubmit(program, code === exitCodes.done ? null : (signal ?? `exit code ${code}`))
}
