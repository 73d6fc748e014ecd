import type { JobStatus } from '../../../job/job-status.ts'
import { formatDuration } from '../../format.ts'
import { type Colors, colorOfStatus } from '../../output/colors.ts'
import { cutTo, padTo, widthOf } from '../../output/text-width.ts'
import { cutStyled } from '../../screen/styled-text.ts'
import { rowRate } from '../job-row.ts'
import type { MonitorState } from '../monitor-state.ts'
import { statusOrder } from '../status-order.ts'
import { countOf, formatRate } from './figures.ts'

/** Of every page: which server, and whether what is below is what is now. */
export function titleLine(state: MonitorState, colors: Colors): string {
  const { link, url, size, now, listing } = state
  if (link.state === 'lost') return colors.inverse(colors.yellow(lostLine(state)))
  const rate = totalRate(state)
  const right =
    link.state === 'connecting'
      ? 'connecting'
      : listing.isLoading && listing.number === 1
        ? `loading, ${countOf(listing.seen, 'job')}`
        : size.columns < 60
          ? formatRate(rate)
          : `${formatRate(rate)} in total`
  const time = new Date(now).toTimeString().slice(0, 8)
  return edges(
    `${colors.bold('millrace')}  ${addressOf(url, size.columns)}`,
    `${colors.bold(right)}${size.columns < 60 ? '' : colors.dim(`  ${time}`)}`,
    size.columns,
  )
}

function lostLine({ url, link, now, size: { columns } }: MonitorState): string {
  const age = formatDuration(now - link.heardAt)
  const what = `⚠ reconnecting to ${addressOf(url, 0)}: these figures are ${age} old`
  const why = link.why === '' ? '' : ` (${link.why})`
  const text =
    columns < 60 ? `⚠ reconnecting, ${age} old` : widthOf(what + why) <= columns ? what + why : what
  return padTo(cutTo(text, columns), columns)
}

/** How many jobs there are of each status, and which of them are shown. */
export function countsLine(state: MonitorState, colors: Colors): string {
  const { jobs, list, size, link } = state
  const counts = new Map<JobStatus, number>()
  for (const { job } of jobs.values()) counts.set(job.status, (counts.get(job.status) ?? 0) + 1)
  const each = statusOrder
    .filter((status) => counts.has(status))
    .map((status) => {
      const paint = link.state === 'lost' ? colors.dim : colorOfStatus(colors, status)
      return paint(`${counts.get(status)} ${status}`)
    })
  const shown = [
    ...(list.status === 'all' ? [] : [list.status]),
    ...(list.text === '' ? [] : [`“${list.text}”`]),
  ].join(' ')
  const filter = shown === '' ? '' : `${list.order.length} shown: ${shown}`
  const sort = `by ${list.sort}${list.isReversed ? ' ↑' : ' ↓'}`
  const left = filter === '' ? each.join('  ') : `${colors.yellow(filter)}  ${each.join('  ')}`
  return edges(
    left === '' ? colors.dim('no jobs') : left,
    size.columns < 60 ? '' : colors.dim(sort),
    size.columns,
  )
}

/** Two texts at the edges; the left one is cut, or the right one left out, where there is no room. */
export function edges(left: string, right: string, columns: number): string {
  const room = columns - (right === '' ? 0 : widthOf(right) + 2)
  if (room < Math.min(widthOf(left), 16)) return cutStyled(left, columns)
  const cut = cutStyled(left, room)
  return `${cut}${' '.repeat(columns - widthOf(cut) - widthOf(right))}${right}`
}

function totalRate({ jobs }: MonitorState): number | null {
  let total = 0
  for (const row of jobs.values()) if (row.job.status === 'running') total += rowRate(row) ?? 0
  return total
}

/** Without what is the same of most. */
const addressOf = (url: string, columns: number): string => {
  const text = url.replace(/\/$/, '')
  return columns < 60 ? text.replace(/^https?:\/\//, '') : text
}
