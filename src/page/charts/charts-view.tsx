import { type Signal, useComputed, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { JobInfo } from '../../protocol/job-info.ts'
import { formatDuration } from '../format/format.ts'
import type { Session } from '../link/session.ts'
import { Chart } from './chart.tsx'
import { chartData, type ChartData, indexAt, knownLines } from './chart-data.ts'
import { chartKinds } from './chart-kinds.ts'
import { HistoryTable } from './history-table.tsx'
import { fullTime } from './times.ts'
import { useHistory } from './use-history.ts'

interface ChartsViewProps {
  readonly session: Session
  readonly job: JobInfo
  /** Of the job. */
  readonly path: string
}

/** What a job did over its life. */
export function ChartsView({ session, job, path }: ChartsViewProps): JSX.Element {
  const { value, trouble } = useHistory(session, path, job.id)
  const moment = useSignal<number | null>(null)
  const drawn = useComputed(() => (value.value === null ? null : chartData(value.value)))
  const data = drawn.value
  if (trouble.value !== null && data === null) return <p class="trouble">{trouble.value}</p>
  if (data === null) return <p class="empty" aria-busy="true" />
  if (data.times.length === 0) return <p class="empty">{whyEmpty(job)}</p>
  const kinds = chartKinds.filter((kind) => knownLines(kind, data).length > 0)
  return (
    <>
      {trouble.value === null ? null : <p class="trouble">{trouble.value}</p>}
      <Moment data={data} moment={moment} interval={value.value!.interval} />
      <div class="charts">
        {kinds.map((kind) => (
          <Chart key={kind.id} kind={kind} data={data} moment={moment} />
        ))}
      </div>
      <HistoryTable kinds={kinds} data={data} />
    </>
  )
}

interface MomentProps {
  readonly data: ChartData
  readonly moment: Signal<number | null>
  readonly interval: number
}

/** Which moment the legends are of; it is chosen with the pointer in any chart, or here by keys. */
function Moment({ data: { times, restarts }, moment, interval }: MomentProps): JSX.Element {
  const last = times.length - 1
  const index = moment.value === null ? last : indexAt(times, moment.value)
  const time = fullTime(times[index]!)
  return (
    <div class="moment">
      <label>
        <span>Moment</span>
        <input
          type="range"
          min={0}
          max={last}
          value={index}
          aria-valuetext={time}
          onInput={({ currentTarget }) => {
            const chosen = Number(currentTarget.value)
            moment.value = chosen === last ? null : times[chosen]!
          }}
        />
      </label>
      <output>{moment.value === null ? `${time}, the newest` : time}</output>
      <span class="faint">A point is {formatDuration(interval * 1000)}.</span>
      {restarts.length === 0 ? null : (
        <span class="faint">
          <svg class="swatch restarts" width="10" height="12" aria-hidden="true">
            <line x1="5" y1="0" x2="5" y2="12" />
          </svg>{' '}
          Restart
        </span>
      )}
    </div>
  )
}

function whyEmpty({ provider, startedAt, endedAt }: JobInfo): string {
  if (provider !== 'local') return `This job runs at ${provider}, and its figures are kept there.`
  if (startedAt === null) return 'There is nothing to draw before it runs.'
  return endedAt === null
    ? 'There are no figures yet: they come in its first seconds.'
    : 'It was over before it told any figures.'
}
