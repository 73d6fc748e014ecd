import type { WindowTrigger } from '../functions/window-trigger.ts'
import { type OptionNames, optionNames } from '../graph/option-names.ts'

export interface WindowOptions {
  /** What windows go by: the times of the records, or the clock. Default 'event'. */
  readonly time?: 'event' | 'processing'
  /** When a window fires; default at its end. The global window needs one, and count windows have their own. */
  readonly trigger?: WindowTrigger
  /**
   * Whole milliseconds for which a window is kept behind its end, by event time: a record that comes meanwhile makes it
   * fire again. Default 0.
   */
  readonly allowedLateness?: number
  /**
   * The side output of records whose windows are closed, read with `sideOutput(tag)` of the result; default 'late'.
   * Where nobody reads it they are dropped, which is counted and warned of.
   */
  readonly late?: string
}

export const windowOptionNames: OptionNames = optionNames<WindowOptions>({
  time: true,
  trigger: true,
  allowedLateness: true,
  late: true,
})
