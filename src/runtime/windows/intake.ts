import type { Firing } from './window-logic.ts'

/** All of a record's windows are closed. */
export const LATE: unique symbol = Symbol('late')

/** What a record makes its windows fire at once; null: nothing. */
export type Taken = readonly Firing[] | null | typeof LATE

/**
 * Takes a record into its windows. May return a promise, as the functions of the user's may. Windows change only when
 * all of these have returned: a record that fails is in none of them, and may be tried again. (What a function has
 * changed in place before it, or one for another window, failed stays changed.)
 *
 * @param time the record's, by the clock of the windows. @param timestamp its event time; NaN: none. @param clock how
 * far time has come.
 */
export type Intake = (
  value: unknown,
  key: unknown,
  time: number,
  timestamp: number,
  clock: number,
) => Taken | PromiseLike<Taken>
