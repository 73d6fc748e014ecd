import { padTo } from '../../output/text-width.ts'
import { wrap } from '../../output/wrap.ts'

const keys: readonly (readonly [keys: string, does: string])[] = [
  ['↑ ↓  k j', 'select a job; in a page, scroll'],
  ['PgUp PgDn', 'by a screen'],
  ['Home End', 'the first, the last'],
  ['/', 'show jobs with a text in name, or id'],
  ['f', 'show jobs of the next status'],
  ['s  S', 'sort by the next column; the other way'],
  ['enter', 'details of the job'],
  ['l', 'its log; f follows, ← → go sideways'],
  ['g', 'its operators'],
  ['x', 'stop it, with a savepoint if it has'],
  ['c', 'cancel it'],
  ['r', 'continue it, if it was stopped'],
  ['d', 'delete it'],
  ['esc', 'back; in the table, show all jobs'],
  ['?', 'this help'],
  ['q  Ctrl-C', 'quit; jobs go on'],
]

const WIDTH = 11

/** Every key. */
export const helpLines = (columns: number): readonly string[] =>
  keys.flatMap(([key, does]) =>
    wrap(does, Math.max(10, columns - WIDTH)).map((line, i) => padTo(i === 0 ? key : '', WIDTH) + line),
  )
