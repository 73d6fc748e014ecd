import { type Colors, colorOfStatus } from '../../output/colors.ts'
import { cutTo, oneLine, widthOf } from '../../output/text-width.ts'
import type { Frame } from '../../screen/draw-difference.ts'
import { type MonitorState, PAGE_FRAME_ROWS, pageOf, selectedRow } from '../monitor-state.ts'
import { detailLines } from './details.ts'
import { footer } from './footer.ts'
import { countsLine, edges, titleLine } from './header.ts'
import { helpLines } from './help.ts'
import { jobTable } from './job-table.ts'
import { logLines } from './log-lines.ts'
import { graphLines } from './operators.ts'

/** The whole screen: as many lines as it has rows. */
export function viewMonitor(state: MonitorState, colors: Colors): Frame {
  const { rows } = state.size
  const above = [titleLine(state, colors), pageTitle(state, colors)]
  const room = Math.max(0, rows - above.length - 1)
  const content = contentOf(state, colors).slice(0, room)
  const blank = Array.from({ length: Math.max(0, room - content.length) }, () => '')
  return [...above, ...content, ...blank, footer(state, colors)]
}

/** The text of a page that is one; empty for the others. */
export function pageText(state: MonitorState, colors: Colors): readonly string[] {
  const row = selectedRow(state)
  const page = pageOf(state)
  if (page === 'help') return helpLines(state.size.columns)
  if (page !== 'details' && page !== 'graph') return []
  if (row === undefined) return ['The job is not there any more.']
  if (page === 'details') return detailLines(state, row, colors)
  const nodes = state.details?.info?.result?.nodes ?? []
  return graphLines(row, nodes, {
    columns: state.size.columns,
    isLive: state.link.state === 'live',
    colors,
  })
}

function contentOf(state: MonitorState, colors: Colors): readonly string[] {
  const page = pageOf(state)
  if (page === 'list') return jobTable(state, colors)
  if (page === 'logs') return logLines(state, colors)
  const text = pageText(state, colors)
  const last = Math.max(0, text.length - (state.size.rows - PAGE_FRAME_ROWS))
  return text.slice(Math.min(state.top, last))
}

function pageTitle(state: MonitorState, colors: Colors): string {
  const page = pageOf(state)
  if (page === 'list') return countsLine(state, colors)
  if (page === 'help') return colors.bold('Keys')
  const row = selectedRow(state)
  if (row === undefined) return ''
  const { name, status } = row.job
  const what = { details: '', graph: 'Operators of ', logs: 'Log of ' }[page]
  const right = colorOfStatus(colors, status)(status) + (page === 'logs' ? followed(state) : '')
  const room = state.size.columns - widthOf(right) - widthOf(what) - 2
  return edges(colors.bold(what + cutTo(oneLine(name), room)), right, state.size.columns)
}

function followed({ logs }: MonitorState): string {
  if (logs === null || logs.state === 'loading') return ''
  if (!logs.isFollowing) return ', f to follow'
  return logs.state === 'over' ? ', all there is' : ', following'
}
