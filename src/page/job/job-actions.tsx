import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { isActive } from '../../job/job-status.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import { messageOf } from '../link/api-error.ts'
import type { Session } from '../link/session.ts'
import { allJobs } from '../routing/route.ts'
import { go } from '../routing/router.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { notify } from '../ui/notices.tsx'
import type { JobModel } from './job-model.ts'

interface Action {
  readonly word: string
  /** Where it cannot be taken back. */
  readonly question?: string
  readonly isDangerous?: boolean
  readonly applies: (job: JobInfo) => boolean
  readonly run: (session: Session, path: string) => Promise<unknown>
  readonly done: string
}

const isLocal = ({ provider }: JobInfo): boolean => provider === 'local'

const actions: readonly Action[] = [
  {
    word: 'Stop',
    applies: (job) => isLocal(job) && isActive(job.status) && job.status !== 'stopping',
    run: ({ api }, path) => api.post(`${path}/stop`, { json: {} }),
    done: 'It was told to stop.',
  },
  {
    word: 'Savepoint',
    applies: (job) => isLocal(job) && job.status === 'running' && job.checkpointed,
    run: ({ api }, path) => api.post(`${path}/savepoint`),
    done: 'A savepoint was taken.',
  },
  {
    word: 'Continue',
    applies: (job) => isLocal(job) && job.status === 'stopped',
    run: ({ api }, path) => api.post(`${path}/continue`),
    done: 'It goes on when its turn comes.',
  },
  {
    word: 'Cancel',
    question: 'Cancel this job? What it has not saved is lost.',
    isDangerous: true,
    applies: ({ status }) => isActive(status),
    run: ({ api }, path) => api.post(`${path}/cancel`),
    done: 'It was cancelled.',
  },
  {
    word: 'Delete',
    question: 'Delete this job, with its log, checkpoints and results?',
    isDangerous: true,
    applies: ({ status }) => !isActive(status),
    run: async ({ api }, path) => {
      await api.delete(path)
      go(allJobs)
    },
    done: 'It was deleted.',
  },
]

interface JobActionsProps {
  readonly session: Session
  readonly model: JobModel
  readonly job: JobInfo
}

/** What can be done to a job as it is. */
export function JobActions({ session, model, job }: JobActionsProps): JSX.Element {
  const asked = useSignal<Action | null>(null)
  const busy = useSignal<string | null>(null)
  const run = async (action: Action): Promise<void> => {
    asked.value = null
    busy.value = action.word
    try {
      await action.run(session, model.path)
      notify(action.done)
    } catch (error) {
      notify(messageOf(error), { isError: true })
    }
    busy.value = null
    if (!model.isGone.value) model.look()
  }
  return (
    <div class="actions" role="toolbar" aria-label="What to do with the job">
      {actions
        .filter(({ applies }) => applies(job))
        .map((action) => (
          <button
            key={action.word}
            type="button"
            class={action.isDangerous === true ? 'danger' : undefined}
            disabled={busy.value !== null}
            onClick={() => (action.question === undefined ? void run(action) : (asked.value = action))}
          >
            {busy.value === action.word ? `${action.word} …` : action.word}
          </button>
        ))}
      {asked.value === null ? null : (
        <ConfirmDialog
          question={asked.value.question!}
          details={job.name}
          action={asked.value.word}
          isDangerous={asked.value.isDangerous === true}
          onConfirm={() => void run(asked.value!)}
          onCancel={() => (asked.value = null)}
        />
      )}
    </div>
  )
}
