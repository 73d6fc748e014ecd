import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { formatCount } from '../format/format.ts'
import { TableFrame } from '../ui/table-frame.tsx'
import type { ChartData } from './chart-data.ts'
import type { ChartKind } from './chart-kinds.ts'
import { fullTime } from './times.ts'

/** Rows that are shown. */
const MOST_ROWS = 60

interface HistoryTableProps {
  readonly kinds: readonly ChartKind[]
  readonly data: ChartData
}

/** What charts show, for those who would rather read, newest first. */
export function HistoryTable({ kinds, data }: HistoryTableProps): JSX.Element {
  const isOpen = useSignal(false)
  return (
    <details
      class="history-table"
      onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}
      open={isOpen.value}
    >
      <summary>As a table</summary>
      {isOpen.value ? <Rows kinds={kinds} data={data} /> : null}
    </details>
  )
}

function Rows({ kinds, data }: HistoryTableProps): JSX.Element {
  const all = data.points.filter((point) => point !== null).reverse()
  const step = Math.ceil(all.length / MOST_ROWS)
  const lines = kinds.flatMap(({ lines, format }) => lines.map((line) => ({ ...line, format })))
  const caption = step > 1 ? `One of every ${step} points, newest first` : 'All points, newest first'
  return (
    <TableFrame label="Figures over the life of the job">
      <table class="table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Until</th>
            {lines.map(({ name }) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
            <th scope="col" class="number">
              Restarts
            </th>
          </tr>
        </thead>
        <tbody>
          {all
            .filter((_, index) => index % step === 0)
            .map((point) => (
              <tr key={point.at}>
                <th scope="row">{fullTime(Date.parse(point.at) / 1000)}</th>
                {lines.map(({ name, value, format }) => {
                  const known = value(point)
                  return (
                    <td key={name} class="number">
                      {known === null ? '–' : format(known)}
                    </td>
                  )
                })}
                <td class="number">{formatCount(point.restarts)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </TableFrame>
  )
}
