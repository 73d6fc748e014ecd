import { formatFields } from '../../format.ts'

/** Every key. */
export const helpLines = (): readonly string[] =>
  formatFields([
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
  ]).split('\n')
