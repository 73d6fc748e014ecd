import type { Colors } from '../../output/colors.ts'
import { oneLine, widthOf } from '../../output/text-width.ts'
import { actionKeys, isPossible } from '../actions.ts'
import { type Action, type MonitorState, type Page, pageOf, selectedRow } from '../monitor-state.ts'

type KeyHelp = readonly [key: string, does: string]

const always: readonly KeyHelp[] = [
  ['?', 'help'],
  ['q', 'quit'],
]

const actions: readonly KeyHelp[] = [
  ['x', 'stop'],
  ['c', 'cancel'],
  ['r', 'continue'],
  ['d', 'delete'],
]

/** The most needed first: those for which there is no room are left out. */
const keysOfPages: Readonly<Record<Page, readonly KeyHelp[]>> = {
  list: [
    ['enter', 'details'],
    ['l', 'logs'],
    ['x', 'stop'],
    ['/', 'filter'],
    ['s', 'sort'],
    ['f', 'status'],
    ['g', 'graph'],
    ...actions.slice(1),
  ],
  details: [['esc', 'back'], ['l', 'logs'], ['g', 'graph'], ...actions],
  graph: [['esc', 'back'], ['l', 'logs'], ...actions],
  logs: [['esc', 'back'], ['f', 'follow'], ['↑↓', 'scroll'], ['←→', 'sideways'], ...actions],
  help: [['esc', 'back']],
}

/** The last line: a question, something to be told, or the keys. */
export function footer(state: MonitorState, colors: Colors): string {
  const { asking, notice, isTyping, list, size } = state
  if (asking !== null) return colors.inverse(colors.yellow(` ${question(asking)} y/N `))
  if (isTyping)
    return `${colors.bold('filter:')} ${list.text}${colors.inverse(' ')}  ${colors.dim('enter keep, esc clear')}`
  if (notice !== null) return (notice.isError ? colors.red : colors.green)(oneLine(notice.text))
  const shown: KeyHelp[] = []
  let left = size.columns - widthOfKeys(always)
  const status = selectedRow(state)?.job.status
  for (const key of keysOfPages[pageOf(state)]) {
    const action = actionKeys[key[0]]
    if (action !== undefined && (status === undefined || !isPossible(action, status))) continue
    left -= widthOfKeys([key])
    if (left < 0) break
    shown.push(key)
  }
  return [...shown, ...always].map(([key, does]) => `${colors.bold(key)} ${colors.dim(does)}`).join('  ')
}

const widthOfKeys = (keys: readonly KeyHelp[]): number =>
  keys.reduce((sum, [key, does]) => sum + widthOf(key) + widthOf(does) + 3, 0)

const question = ({ name, title }: Action): string => {
  const job = `“${oneLine(title)}”`
  if (name === 'delete') return `Delete ${job}, with its log and savepoints?`
  return name === 'cancel' ? `Cancel ${job}? What it has in flight is lost.` : `Stop ${job}?`
}
