import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { isActive } from '../../job/job-status.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import type { Session } from '../link/session.ts'
import { allJobs } from '../routing/route.ts'
import { go } from '../routing/router.ts'
import { ActionButton } from '../ui/action-button.tsx'
import type { JobModel } from './job-model.ts'

interface Action {
  readonly word: string
  /** Where it cannot be taken back. */
  readonly question?: string
  readonly isDangerous?: boolean
  readonly applies: (job: JobInfo) => boolean
  /** @returns what is told when it is done */
  readonly run: (session: Session, path: string) => Promise<string>
}

const isLocal = ({ provider }: JobInfo): boolean => provider === 'local'

const actions: readonly Action[] = [
  {
    word: 'Stop',
    applies: (job) => isLocal(job) && isActive(job.status) && job.status !== 'stopping',
    run: async ({ api }, path) => {
      await api.post(`${path}/stop`, { json: {} })
      return 'It was told to stop.'
    },
  },
  {
    word: 'Savepoint',
    applies: (job) => isLocal(job) && job.status === 'running' && job.checkpointed,
    run: async ({ api }, path) => {
      await api.post(`${path}/savepoint`)
      return 'A savepoint was taken.'
    },
  },
  {
    word: 'Continue',
    applies: (job) => isLocal(job) && job.status === 'stopped',
    run: async ({ api }, path) => {
      await api.post(`${path}/continue`)
      return 'It goes on when its turn comes.'
    },
  },
  {
    word: 'Restart',
    applies: (job) => isLocal(job) && !isActive(job.status),
    run: async ({ api }, path) => {
      const { id } = await api.post<JobInfo>(`${path}/restart`, { json: {} })
      go({ view: 'job', id, tab: 'graph' })
      return 'This is a new job of the same program.'
    },
  },
  {
    word: 'Cancel',
    question: 'Cancel this job? What it has not saved is lost.',
    isDangerous: true,
    applies: ({ status }) => isActive(status),
    run: async ({ api }, path) => {
      await api.post(`${path}/cancel`)
      return 'It was cancelled.'
    },
  },
  {
    word: 'Delete',
    question: 'Delete this job, with its log, checkpoints and results?',
    isDangerous: true,
    applies: ({ status }) => !isActive(status),
    run: async ({ api }, path) => {
      await api.delete(path)
      go(allJobs)
      return 'It was deleted.'
    },
  },
]

interface JobActionsProps {
  readonly session: Session
  readonly model: JobModel
  readonly job: JobInfo
}

/** What can be done to a job as it is. */
export function JobActions({ session, model, job }: JobActionsProps): JSX.Element {
  const busy = useSignal<string | null>(null)
  const refusal = session.refusal('submit')
  return (
    <div class="actions" role="group" aria-label="What to do with the job">
      {actions
        .filter(({ applies, word }) => applies(job) || busy.value === word)
        .map(({ run, applies: _, ...action }) => (
          <ActionButton
            key={action.word}
            {...action}
            details={job.name}
            refusal={refusal}
            busy={busy}
            run={async () => {
              try {
                return await run(session, model.path)
              } finally {
                if (!model.isGone.value) model.look()
              }
            }}
          />
        ))}
    </div>
  )
}
