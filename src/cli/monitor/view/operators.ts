import type { NodeResult } from '../../../job/job-result.ts'
import type { Colors } from '../../output/colors.ts'
import { type Column, formatRows } from '../../output/table.ts'
import { type JobRow, passed } from '../job-row.ts'
import { pressureColumns } from '../../watch/pressure-columns.ts'
import { formatCount, formatRate } from './figures.ts'
import { asTree, type TreePlace } from './tree.ts'

interface TableStyle {
  readonly columns: number
  readonly isLive: boolean
  readonly colors: Colors
}

/** The books of each operator, and how many records it has a second. */
export function operatorLines(
  { progress, nodeRates }: JobRow,
  nodes: readonly NodeResult[],
  { columns, isLive, colors }: TableStyle,
): readonly string[] {
  const shown = progress?.nodes ?? nodes
  if (shown.length === 0) return ['nothing is known of its operators yet']
  const count = (heading: string, of: (node: NodeResult) => number, isBad = false): Column<NodeResult> => ({
    heading,
    align: 'right',
    value: (node) => formatCount(of(node)),
    ...(isBad && { color: (node: NodeResult) => (of(node) > 0 ? colors.red : (text: string) => text) }),
  })
  const table: readonly Column<NodeResult>[] = [
    {
      heading: 'OPERATOR',
      least: 8,
      value: ({ name, parallelism }) => (parallelism === 1 ? name : `${name} x${parallelism}`),
    },
    { heading: 'KIND', least: 6, value: ({ kind }) => kind },
    {
      heading: 'RATE',
      align: 'right',
      value: ({ id }) => formatRate(isLive ? (nodeRates[id] ?? null) : null),
    },
    count('IN', (node) => node.in),
    count('OUT', (node) => node.out),
    count('DROPPED', (node) => node.dropped),
    count('DEAD', (node) => node.deadLettered, true),
    count('ERRORS', (node) => node.errors, true),
    ...pressureColumns(isLive ? (progress?.edges ?? []) : [], colors),
  ]
  const kept = columns < 60 ? table.filter(({ heading }) => !/KIND|DROPPED|DEAD/.test(heading)) : table
  return formatRows(shown, kept, columns)
}

/** The operators as a tree that follows the records, with how busy each is. */
export function graphLines(
  row: JobRow,
  nodes: readonly NodeResult[],
  { columns, isLive, colors }: TableStyle,
): readonly string[] {
  const shown = row.progress?.nodes ?? nodes
  if (shown.length === 0) return ['nothing is known of its operators yet']
  const places = asTree(shown)
  const rates = places.map(({ node }) => (isLive ? (row.nodeRates[node.id] ?? null) : null))
  const highest = Math.max(...rates.map(Number), 1)
  const bars = Math.max(0, Math.min(30, columns - 44))
  const table: readonly Column<readonly [TreePlace<NodeResult>, number | null]>[] = [
    {
      heading: 'OPERATOR',
      least: 8,
      value: ([{ node, lead, isAgain }]) =>
        `${lead}${node.name}${node.parallelism === 1 ? '' : ` x${node.parallelism}`}${isAgain ? ' (above)' : ''}`,
    },
    { heading: 'KIND', least: 6, value: ([{ node }]) => node.kind },
    {
      heading: 'RECORDS',
      align: 'right',
      value: ([{ node, isAgain }]) => (isAgain ? '' : formatCount(passed(node))),
    },
    { heading: 'RATE', align: 'right', value: ([{ isAgain }, rate]) => (isAgain ? '' : formatRate(rate)) },
    ...(bars < 5
      ? []
      : [
          {
            heading: '',
            value: ([{ isAgain }, rate]: readonly [TreePlace<NodeResult>, number | null]) =>
              isAgain ? '' : '█'.repeat(Math.round((Number(rate) / highest) * bars)),
            color: () => colors.cyan,
          },
        ]),
  ]
  return formatRows(
    places.map((place, i) => [place, rates[i]!] as const),
    table,
    columns,
  )
}
