import picocolors from 'picocolors'
import type { Key } from '../screen/decode-keys.ts'
import { actionKeys, isPossible } from './actions.ts'
import {
  type Action,
  type ActionName,
  LIST_FRAME_ROWS,
  type MonitorState,
  NOTICE_TIME,
  type Page,
  PAGE_FRAME_ROWS,
  pageOf,
  selectedRow,
  sortKeys,
  statusFilters,
} from './monitor-state.ts'
import { order, scroll } from './order-jobs.ts'
import { scrollLogs } from './scroll-logs.ts'
import type { Step } from './update.ts'
import { pageText } from './view/monitor-view.ts'

const plain = picocolors.createColors(false)

/** What comes of a key. */
export function pressKey(state: MonitorState, key: Key): Step {
  if (state.asking !== null) return answer(state, state.asking, key)
  if (state.isTyping) return stay(type(state, key))
  switch (key) {
    case 'q':
      return stay({ ...state, isDone: true })
    case '?':
      return stay(pageOf(state) === 'help' ? back(state) : open(state, 'help'))
    case 'escape':
    case 'backspace':
      return stay(back(state))
    case 'enter':
      return stay(pageOf(state) === 'list' ? open(state, 'details') : state)
    case 'l':
      return stay(pageOf(state) === 'help' ? state : open(state, 'logs'))
    case 'g':
      return stay(pageOf(state) === 'help' ? state : open(state, 'graph'))
    case 'x':
    case 'c':
    case 'r':
    case 'd':
      return ask(state, actionKeys[key]!)
    default:
      return stay(pageOf(state) === 'list' ? inList(state, key) : inPage(state, key))
  }
}

const stay = (state: MonitorState): Step => ({ state, action: null })

function inList(state: MonitorState, key: Key): MonitorState {
  const { list } = state
  switch (key) {
    case '/':
      return { ...state, isTyping: true }
    case 's':
      return order({ ...state, list: { ...list, sort: after(sortKeys, list.sort), isReversed: false } })
    case 'S':
      return order({ ...state, list: { ...list, isReversed: !list.isReversed } })
    case 'f':
      return order({ ...state, list: { ...list, status: after(statusFilters, list.status) } })
    default:
      return select(state, list.index + steps(key, state.size.rows - LIST_FRAME_ROWS))
  }
}

const after = <T>(all: readonly T[], one: T): T => all[(all.indexOf(one) + 1) % all.length]!

/** Rows that a key moves by; infinitely many to an end. */
function steps(key: Key, page: number): number {
  switch (key) {
    case 'up':
    case 'k':
      return -1
    case 'down':
    case 'j':
      return 1
    case 'pageup':
      return -Math.max(1, page)
    case 'pagedown':
      return Math.max(1, page)
    case 'home':
      return -Infinity
    case 'end':
      return Infinity
    default:
      return 0
  }
}

function select(state: MonitorState, wanted: number): MonitorState {
  const { list } = state
  const index = Math.max(0, Math.min(wanted, list.order.length - 1))
  if (index === list.index) return state
  return scroll({ ...state, list: { ...list, index, selected: list.order[index] ?? null } })
}

function inPage(state: MonitorState, key: Key): MonitorState {
  const page = Math.max(1, state.size.rows - PAGE_FRAME_ROWS)
  const by = steps(key, page)
  if (pageOf(state) === 'logs') return { ...state, logs: scrollLogs(state.logs!, key, by, page) }
  const last = Math.max(0, pageText(state, plain).length - page)
  return { ...state, top: Math.max(0, Math.min(state.top + by, last)) }
}

function type(state: MonitorState, key: Key): MonitorState {
  const { list } = state
  switch (key) {
    case 'enter':
      return { ...state, isTyping: false }
    case 'escape':
      return order({ ...state, isTyping: false, list: { ...list, text: '' } })
    case 'backspace':
      return order({ ...state, list: { ...list, text: [...list.text].slice(0, -1).join('') } })
    default: {
      const isCharacter = [...key].length === 1 && key >= ' '
      if (isCharacter) return order({ ...state, list: { ...list, text: list.text + key } })
      return select(state, list.index + steps(key.length > 1 ? key : '', state.size.rows - LIST_FRAME_ROWS))
    }
  }
}

function open(state: MonitorState, page: Page): MonitorState {
  const row = selectedRow(state)
  if (page !== 'help' && row === undefined) return say(state, 'There is no job.')
  const before = state.pages.indexOf(page)
  const pages = before === -1 ? [...state.pages, page] : state.pages.slice(0, before + 1)
  const job = row?.job.id ?? ''
  const opened = { ...state, pages, top: 0 }
  if (page === 'logs' && state.logs?.job !== job) {
    return {
      ...opened,
      logs: { job, lines: [], isFollowing: true, bottom: 0, left: 0, state: 'loading', error: '' },
    }
  }
  if ((page === 'details' || page === 'graph') && state.details?.job !== job)
    return { ...opened, details: { job, info: null, error: '' } }
  return opened
}

/** The page before. Nothing is asked of a job any more whose page is left. In the table the filter is taken away. */
function back(state: MonitorState): MonitorState {
  const { list } = state
  if (state.pages.length === 1) return order({ ...state, list: { ...list, text: '', status: 'all' } })
  const pages = state.pages.slice(0, -1)
  const isAsked = pages.includes('details') || pages.includes('graph')
  return {
    ...state,
    pages,
    top: 0,
    details: isAsked ? state.details : null,
    logs: pages.includes('logs') ? state.logs : null,
  }
}

const refusals: Readonly<Record<ActionName, string>> = {
  stop: 'there is nothing to stop',
  cancel: 'there is nothing to cancel',
  continue: 'only a stopped job can be continued',
  delete: 'stop or cancel it first',
}

function ask(state: MonitorState, name: ActionName): Step {
  const row = selectedRow(state)
  if (row === undefined || pageOf(state) === 'help') return stay(state)
  const { id, name: title, status } = row.job
  if (!isPossible(name, status)) return stay(say(state, `“${title}” is ${status}: ${refusals[name]}.`))
  const action = { name, job: id, title }
  return name === 'continue' ? { state, action } : stay({ ...state, asking: action })
}

function answer(state: MonitorState, action: Action, key: Key): Step {
  const answered = { ...state, asking: null }
  return key === 'y' || key === 'Y' ? { state: answered, action } : stay(answered)
}

const say = (state: MonitorState, text: string): MonitorState => ({
  ...state,
  notice: { text, isError: true, until: state.now + NOTICE_TIME },
})
