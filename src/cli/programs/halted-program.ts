import { ProgramError } from '../../errors/program-errors.ts'
import { InterruptedError } from '../interrupts.ts'
import { stuckAt, thrownBefore } from './describe-thrown.ts'
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
  let stuck: Extract<ProgramReport, { readonly type: 'stuck' }> | undefined
  let interrupted = false
  const child = new ProgramChild(program, {
    args,
    order,
    ...(env !== undefined && { env }),
    output: [2, 'inherit'],
    heard: (report) => {
      if (report.type === wanted) found = report as typeof found
      else if (report.type === 'threw') thrown = report
      else if (report.type === 'stuck') stuck = report
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
  if (thrown !== undefined) throw await thrownBefore(program, thrown.error)
  if (stuck !== undefined) throw stuckAt(program, stuck.site)
  if (signal !== null || code !== 0) throw endedBy(program, signal ?? `exit code ${code}`)
  throw noSubmit(program, order.type === 'submit' ? order.ordinal : 0)
}

function endedBy({ name }: FoundProgram, what: string): ProgramError {
  return new ProgramError(`'${name}' ended with ${what} before it had called submit.`, {
    remedy: 'Look at what it has written above.',
  })
}
