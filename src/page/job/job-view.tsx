import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import type { JobInfo } from '../../protocol/job-info.ts'
import { finalProgress } from '../../runtime/metrics/final-progress.ts'
import { briefDuration } from '../../util/brief-duration.ts'
import { ChartsView } from '../charts/charts-view.tsx'
import { formatBytes, formatCount, formatDuration, formatRate } from '../format/format.ts'
import { LettersView } from '../dead-letters/letters-view.tsx'
import { type LiveProgress, shareDone } from '../job-list/job-progress.ts'
import type { Session } from '../link/session.ts'
import { allJobs, hrefOf, type JobTab, jobTabs } from '../routing/route.ts'
import { type Fact, Facts } from '../ui/facts.tsx'
import { ProgressBar } from '../ui/progress-bar.tsx'
import { View } from '../ui/view.tsx'
import { ChosenTaps } from '../taps/chosen-taps.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { CheckpointView } from './checkpoint-view.tsx'
import { ErrorView } from './error-view.tsx'
import { ForeignView } from './foreign-view.tsx'
import { GraphView } from './graph-view.tsx'
import { JobActions } from './job-actions.tsx'
import { JobModel } from './job-model.ts'
import { LogView } from './log-view.tsx'
import { NodeTable } from './node-table.tsx'
import { TimelineView } from './timeline-view.tsx'

interface JobViewProps {
  readonly session: Session
  readonly id: string
  readonly tab: JobTab
}

const words: Readonly<Record<JobTab, string>> = {
  graph: 'Graph',
  charts: 'Charts',
  logs: 'Log',
  timeline: 'Timeline',
  checkpoints: 'Checkpoints',
  'dead-letters': 'Dead letters',
  error: 'Error',
}

/** One job. */
export function JobView({ session, id, tab }: JobViewProps): JSX.Element {
  const model = useMemo(() => new JobModel(session, id), [session, id])
  useEffect(() => () => model.close(), [model])
  const job = model.job.value
  useEffect(() => {
    document.title = `${job?.name ?? id.slice(0, 8)} · Millrace`
  }, [job?.name, id])
  if (model.isGone.value) {
    return (
      <View class="job">
        <p class="empty">
          This job is not here: it was deleted, or there never was one. <a href={hrefOf(allJobs)}>All jobs</a>
        </p>
      </View>
    )
  }
  if (job === null) {
    return (
      <View class="job" isBusy>
        {model.trouble.value === null ? null : <p class="trouble">{model.trouble.value}</p>}
      </View>
    )
  }
  const live = liveOf(job, model.live.value)
  const tabs = jobTabs.filter((one) => isShown(one, job) || one === tab)
  return (
    <View class="job">
      <nav class="crumbs" aria-label="Where this is">
        <a href={hrefOf(allJobs)}>Jobs</a>
      </nav>
      <header class="job-head">
        <h1 title={job.name}>{job.name}</h1>
        <StatusBadge status={job.status} />
        <JobActions session={session} model={model} job={job} />
      </header>
      {model.trouble.value === null ? null : <p class="trouble">{model.trouble.value}</p>}
      <Figures job={job} live={live} isLive={session.isLive.value} now={session.now.value} />
      <nav class="tabs" aria-label="Parts of the job">
        {tabs.map((one) => (
          <a
            key={one}
            href={hrefOf({ view: 'job', id, tab: one })}
            aria-current={one === tab ? 'page' : undefined}
          >
            {one === 'graph' && job.foreign !== null ? 'Progress' : words[one]}
          </a>
        ))}
      </nav>
      <Part session={session} model={model} job={job} live={live} tab={tab} />
    </View>
  )
}

/** What is known of the server's own jobs only. */
const ownTabs: ReadonlySet<JobTab> = new Set(['checkpoints', 'charts', 'dead-letters'])

/** Of a job that runs elsewhere less is known. */
function isShown(tab: JobTab, { error, provider }: JobInfo): boolean {
  if (tab === 'error') return error !== null
  return provider === 'local' || !ownTabs.has(tab)
}

interface PartProps {
  readonly session: Session
  readonly model: JobModel
  readonly job: JobInfo
  readonly live: LiveProgress | null
  readonly tab: JobTab
}

function Part({ session, model, job, live, tab }: PartProps): JSX.Element {
  const chosen = useSignal<string | null>(null)
  switch (tab) {
    case 'graph': {
      if (job.foreign !== null) return <ForeignView session={session} job={job} path={model.path} />
      if (live === null) return <p class="empty">Nothing is known of its operators yet.</p>
      const isLive = session.isLive.value && (job.status === 'running' || job.status === 'stopping')
      return (
        <>
          <GraphView
            live={live}
            isLive={isLive}
            chosen={chosen.value}
            onChoose={(node) => (chosen.value = node)}
          />
          <ChosenTaps
            session={session}
            path={model.path}
            job={job}
            nodes={live.progress.nodes}
            chosen={chosen}
          />
          <NodeTable live={live} isLive={isLive} chosen={chosen.value} />
        </>
      )
    }
    case 'charts':
      return <ChartsView session={session} job={job} path={model.path} />
    case 'logs':
      return <LogView session={session} path={model.path} name={job.name} />
    case 'timeline':
      return <TimelineView transitions={model.transitions.value} checkpoints={model.checkpoints.value} />
    case 'checkpoints':
      return <CheckpointView job={job} checkpoints={model.checkpoints.value} />
    case 'dead-letters':
      return <LettersView session={session} path={model.path} job={job} />
    case 'error':
      return <ErrorView error={job.error} />
  }
}

/** Of a job that is over its result tells more than what it said last. */
function liveOf(job: JobInfo, live: LiveProgress | null): LiveProgress | null {
  const result = job.result ?? job.error?.result ?? null
  if (result === null) return live && { ...live, progress: { ...live.progress, status: job.status } }
  const known = live?.progress ?? null
  const progress = {
    ...finalProgress(result),
    status: job.status,
    sources: known?.sources ?? [],
    activity: known?.activity ?? [],
  }
  return { progress, rate: null, nodeRates: {}, shares: {} }
}

interface FiguresProps {
  readonly job: JobInfo
  readonly live: LiveProgress | null
  readonly isLive: boolean
  readonly now: number
}

function Figures({ job, live, isLive, now }: FiguresProps): JSX.Element {
  const { startedAt, endedAt, restarts, process, provider } = job
  const isRunning = job.status === 'running' || job.status === 'stopping'
  const share = live === null ? null : shareDone(live.progress)
  const lasted =
    startedAt === null ? null : (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt)
  const latency = isRunning && isLive ? live?.progress.latency : null
  const facts: readonly Fact[] = [
    ['Progress', share === null || !isRunning ? null : <ProgressBar share={share} label="How far it is" />],
    ['Rate', isRunning && isLive && live !== null ? formatRate(live.rate) : null],
    ['Read', live === null ? null : formatCount(live.progress.read)],
    ['Written', live === null ? null : formatCount(live.progress.written)],
    ['Latency', latency ? `${briefDuration(latency.p50)}, p99 ${briefDuration(latency.p99)}` : null],
    ['Duration', lasted === null ? null : formatDuration(Math.max(0, lasted))],
    ['Restarts', restarts === 0 ? null : formatCount(restarts)],
    ['Memory', process === null || !isRunning ? null : formatBytes(process.rssBytes)],
    ['Processor', process === null || !isRunning ? null : `${Math.round(process.cpu * 100)} % of a core`],
    ['Runs at', provider === 'local' ? null : provider],
    ['Queue', job.position === null ? null : `no. ${job.position}`],
    ['Id', job.id],
  ]
  return <Facts class={isLive ? 'figures' : 'figures old'} facts={facts} />
}
