import type { JSX } from 'preact'
import type { JobInfo } from '../../protocol/job-info.ts'
import type { ProgressReport } from '../../protocol/progress-report.ts'
import { formatDuration } from '../format/format.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { Figure } from '../ui/figure.tsx'
import { ProgressBar } from '../ui/progress-bar.tsx'

interface ForeignViewProps {
  readonly session: Session
  readonly job: JobInfo
  readonly path: string
}

/** What is known of a job that runs elsewhere: its operators, if it has any, are not. */
export function ForeignView({ session, job, path }: ForeignViewProps): JSX.Element {
  const { value, trouble } = useAnswer<ProgressReport>(session, `${path}/progress`)
  const { foreign, provider, externalId } = job
  const report = value.value
  return (
    <section aria-label="Progress">
      {trouble.value === null ? null : <p class="trouble">{trouble.value}</p>}
      {report?.refreshError == null ? null : (
        <p class="trouble">
          {provider} could not be asked just now, so this is what was known before: {report.refreshError}
        </p>
      )}
      <dl class="figures">
        {report?.stage == null ? null : <Figure name="Stage">{report.stage}</Figure>}
        {report?.progress == null ? null : (
          <Figure name="Progress">
            <ProgressBar share={report.progress / 100} label="How far it is" />
          </Figure>
        )}
        {report?.eta == null ? null : <Figure name="Left">{formatDuration(report.eta * 1000)}</Figure>}
        <Figure name="It is called there">{externalId}</Figure>
        {foreign?.externalStatus == null ? null : (
          <Figure name="Status there">{foreign.externalStatus}</Figure>
        )}
        {foreign?.cost == null ? null : (
          <Figure name="Cost">
            {foreign.cost.amount} {foreign.cost.unit}
          </Figure>
        )}
        {foreign?.url == null || !/^https?:/.test(foreign.url) ? null : (
          <Figure name="Page there">
            <a href={foreign.url} rel="noreferrer noopener" target="_blank">
              {new URL(foreign.url).host}
            </a>
          </Figure>
        )}
      </dl>
      {report?.lastLog == null ? null : <p class="last-log">{report.lastLog}</p>}
    </section>
  )
}
