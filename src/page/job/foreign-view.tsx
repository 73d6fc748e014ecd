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
  const { stage = null, progress = null, eta = null, lastLog = null, refreshError = null } = value.value ?? {}
  const { externalStatus = null, cost = null, url = null } = foreign ?? {}
  return (
    <section aria-label="Progress">
      {trouble.value === null ? null : <p class="trouble">{trouble.value}</p>}
      {refreshError === null ? null : (
        <p class="trouble">
          {provider} could not be asked just now, so this is what was known before: {refreshError}
        </p>
      )}
      <dl class="figures">
        {stage === null ? null : <Figure name="Stage">{stage}</Figure>}
        {progress === null ? null : (
          <Figure name="Progress">
            <ProgressBar share={progress / 100} label="How far it is" />
          </Figure>
        )}
        {eta === null ? null : <Figure name="Left">{formatDuration(eta * 1000)}</Figure>}
        <Figure name="It is called there">{externalId}</Figure>
        {externalStatus === null ? null : <Figure name="Status there">{externalStatus}</Figure>}
        {cost === null ? null : (
          <Figure name="Cost">
            {cost.amount} {cost.unit}
          </Figure>
        )}
        {url === null || !/^https?:/.test(url) ? null : (
          <Figure name="Page there">
            <a href={url} rel="noreferrer noopener" target="_blank">
              {new URL(url).host}
            </a>
          </Figure>
        )}
      </dl>
      <p class="faint">
        This is how far it is now. Charts over time are kept of the server's own jobs only: those of others
        are with {provider}.
      </p>
      {lastLog === null ? null : <p class="last-log">{lastLog}</p>}
    </section>
  )
}
