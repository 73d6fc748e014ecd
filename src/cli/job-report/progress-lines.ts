import { isSettled } from '../../job/job-status.ts'
import type { NodeResult } from '../../job/job-result.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import type { JobSourceProgress } from '../../runtime/metrics/job-metrics.ts'
import type { Column } from '../output/table.ts'
import { type ReportStyle, section } from './report-style.ts'

/** How far the sources of a job are, and what its operators have done. */
export function progressLines(job: JobInfo, style: ReportStyle): readonly string[] {
  const nodes = (isSettled(job.status) ? job.result?.nodes : undefined) ?? job.progress?.nodes ?? []
  const names = new Map(nodes.map(({ id, name }) => [id, name]))
  const sources = (job.progress?.sources ?? []).map((source) => ({
    ...source,
    name: names.get(source.node) ?? source.node,
  }))
  return [
    ...section('Sources', sources, sourceColumns, style),
    ...section('Operators', nodes, nodeColumns(style), style),
  ]
}

const count = new Intl.NumberFormat('en')

const sourceColumns: readonly Column<JobSourceProgress & { readonly name: string }>[] = [
  { heading: 'SOURCE', value: ({ name }) => name, least: 8 },
  { heading: 'DONE', value: ({ done }) => count.format(done), align: 'right' },
  {
    heading: 'OF',
    value: ({ total }) => (total === undefined ? '' : count.format(total)),
    align: 'right',
  },
  { heading: 'UNIT', value: ({ unit = 'records' }) => unit, least: 4 },
  { heading: '%', value: shareOf, align: 'right' },
]

function shareOf({ done, total }: JobSourceProgress): string {
  if (total === undefined) return ''
  // A hundred is all of it, and nothing less.
  return String(total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100)))
}

function nodeColumns({ colors }: ReportStyle): readonly Column<NodeResult>[] {
  const fate = (
    heading: string,
    key: 'handled' | 'dropped' | 'deadLettered' | 'failed' | 'unfinished' | 'errors' | 'parallelism',
    wide: boolean,
  ): Column<NodeResult> => ({
    heading,
    value: (node) => count.format(node[key]),
    align: 'right',
    wide,
    optional: true,
    ...(['failed', 'deadLettered', 'errors'].includes(key) && {
      color: (node: NodeResult) => (node[key] > 0 ? colors.red : (text: string) => text),
    }),
  })
  return [
    { heading: 'OPERATOR', value: ({ name }) => name, least: 8 },
    { heading: 'KIND', value: ({ kind }) => kind, wide: true },
    fate('PARALLEL', 'parallelism', true),
    { heading: 'IN', value: (node) => (node.kind === 'source' ? '' : count.format(node.in)), align: 'right' },
    { heading: 'OUT', value: (node) => (node.kind === 'sink' ? '' : count.format(node.out)), align: 'right' },
    fate('HANDLED', 'handled', true),
    fate('DROPPED', 'dropped', false),
    fate('DEAD', 'deadLettered', false),
    fate('FAILED', 'failed', false),
    fate('UNFINISHED', 'unfinished', true),
    fate('ERRORS', 'errors', false),
  ]
}
