import type { Children } from './children.ts'
import type { Options } from './options.ts'
import type { Target } from './report/target.ts'

/** What every part of the benchmark is handed, so that none of them talks to the console or starts processes itself. */
export interface Context {
  readonly options: Options
  readonly children: Children
  /** Says what is being done, on stderr. */
  readonly progress: (text: string) => void
  /** Shows a finished table at once, on stdout. */
  readonly show: (text: string) => void
  /** Says what went wrong with one process; the rest goes on without it. */
  readonly failure: (who: string, error: unknown) => void
}

/** One part: measures, shows its tables, and gives back its rows for the list of targets at the end. */
export type Part = (context: Context) => Promise<readonly Target[]>

/** A process that fails is reported and counts as not measured. */
export const attempt = async <Result>(
  context: Context,
  who: string,
  run: () => Promise<unknown>,
): Promise<Result | undefined> => {
  try {
    return (await run()) as Result
  } catch (error) {
    context.failure(who, error)
    return undefined
  }
}
