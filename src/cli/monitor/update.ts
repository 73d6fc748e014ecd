import type { LogLine } from '../../protocol/job-info.ts'
import { pressKey } from './press-key.ts'
import type { Message } from './messages.ts'
import { type Action, LOG_LINES, type MonitorState, NOTICE_TIME, SILENCE } from './monitor-state.ts'
import { scroll } from './order-jobs.ts'
import { beginListing, seeListed, seeLooked, seeNotices } from './update-jobs.ts'

/** What comes of a message: the monitor as it is then, and what is to be done to a job. */
export interface Step {
  readonly state: MonitorState
  readonly action: Action | null
}

/** All that a monitor does, but for talking to the server and the terminal. */
export function update(state: MonitorState, message: Message): Step {
  if (message.type === 'key') return pressKey(state, message.key)
  return { state: next(state, message), action: null }
}

function next(state: MonitorState, message: Exclude<Message, { readonly type: 'key' }>): MonitorState {
  switch (message.type) {
    case 'tick':
      return tick(state, message.now)
    case 'size':
      return scroll({ ...state, size: message.size })
    case 'notices':
      return seeNotices(state, message.notices, message.now)
    case 'listing':
      return beginListing(state)
    case 'listed':
      return seeListed(state, message.jobs, message.isLast)
    case 'server': {
      // An answer shows that the server is there, and not that its events are.
      const { link } = state
      const isBack = link.state === 'lost' && link.why === SILENT
      const heard = link.state === 'lost' && !isBack ? link : { ...link, heardAt: message.now }
      return { ...state, server: message.server, link: isBack ? { ...heard, state: 'live', why: '' } : heard }
    }
    case 'looked':
      return seeLooked(state, message.job)
    case 'look-failed': {
      const { details } = state
      return details?.job === message.job
        ? { ...state, details: { ...details, error: message.error } }
        : state
    }
    case 'logs':
      return seeLines(state, message.job, message.lines)
    case 'logs-over':
      if (state.logs?.job !== message.job) return state
      return { ...state, logs: { ...state.logs, state: 'over', error: message.error } }
    case 'acted':
      return tell(state, message)
    default:
      return message satisfies never
  }
}

const SILENT = 'no answer'

function tick(state: MonitorState, now: number): MonitorState {
  const { link, notice } = state
  const isSilent = link.state === 'live' && now - link.heardAt > SILENCE
  return {
    ...state,
    now,
    link: isSilent ? { ...link, state: 'lost', why: SILENT } : link,
    notice: notice !== null && now > notice.until ? null : notice,
  }
}

function seeLines(state: MonitorState, job: string, added: readonly LogLine[]): MonitorState {
  const { logs } = state
  if (logs?.job !== job) return state
  const lines = [...logs.lines, ...added].slice(-LOG_LINES)
  // The log of a job that was over goes on when it is continued.
  return { ...state, logs: { ...logs, lines, state: 'open' } }
}

const done: Readonly<Record<Action['name'], string>> = {
  stop: 'has been told to stop',
  cancel: 'has been told to cancel',
  continue: 'is queued again',
  delete: 'is deleted',
}

function tell(
  state: MonitorState,
  { action, error }: Extract<Message, { readonly type: 'acted' }>,
): MonitorState {
  const text = error === '' ? `“${action.title}” ${done[action.name]}` : error
  return { ...state, notice: { text, isError: error !== '', until: state.now + NOTICE_TIME } }
}
