import { relative } from 'node:path'
import process from 'node:process'
import { MillraceError } from '../../errors/millrace-error.ts'
import { realClock } from '../../time/real-clock.ts'
import { exitCodes } from '../exit-codes.ts'
import { note } from '../terminal.ts'
import type { FoundProgram } from './find-program.ts'
import { forwardInterrupts } from './forward-interrupts.ts'
import { programInputs } from './program-inputs.ts'
import { ProgramRun, type RunSettings } from './run-program.ts'
import { SourceChanges } from './source-changes.ts'

/** Milliseconds for a program to end when one of its files has changed, before it is killed. */
const PATIENCE = 15_000

/** Runs a program again whenever it, or what it imports, has changed. Resolves to the exit code when Ctrl-C ends it. */
export async function watchProgram(program: FoundProgram, settings: RunSettings): Promise<number> {
  const changes = new SourceChanges(realClock)
  let interrupt = (): void => {}
  const interrupted = new Promise<'interrupted'>((resolve) => (interrupt = () => resolve('interrupted')))
  try {
    return await forwardInterrupts(interrupt, () => rerun(program, settings, { changes, interrupted }))
  } finally {
    changes.close()
  }
}

async function rerun(
  program: FoundProgram,
  settings: RunSettings,
  { changes, interrupted }: { readonly changes: SourceChanges; readonly interrupted: Promise<'interrupted'> },
): Promise<number> {
  let files: readonly string[] = [program.path]
  for (;;) {
    // Where a file is broken, those that were known are looked at.
    files = (await programInputs(program.path)) ?? files
    changes.follow(files)
    if (!settings.quiet) note(`Running ${program.name}`)
    const run = new ProgramRun(program, settings)
    const ended = run.end().catch(tell)
    const changed = changes.next()
    const first = await Promise.race([ended, changed, interrupted])
    if (first === 'interrupted') {
      await ended
      return exitCodes.interrupted
    }
    if (typeof first === 'number') {
      if (!settings.quiet) note(`Waiting for changes of ${namesOf(files)}`)
      const next = await Promise.race([changed, interrupted])
      if (next === 'interrupted') return exitCodes.interrupted
      note(`${namesOf(next)} changed`)
    } else {
      note(`${namesOf(first)} changed: stopping`)
      run.stop()
      const cancel = realClock.setTimeout(() => run.kill(), PATIENCE)
      const last = await Promise.race([ended, interrupted])
      if (last === 'interrupted') await ended
      cancel()
      if (last === 'interrupted') return exitCodes.interrupted
    }
  }
}

/** What is wrong with a program may be mended. */
function tell(error: unknown): number {
  note(error instanceof MillraceError ? error.message : String(error))
  return exitCodes.failed
}

/** `prices.ts, rates.ts and 3 more` */
function namesOf(files: readonly string[]): string {
  const names = files.slice(0, 3).map((file) => relative(process.cwd(), file))
  return `${names.join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''}`
}
