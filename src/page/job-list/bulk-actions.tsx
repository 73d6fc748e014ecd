import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { isActive } from '../../job/job-status.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import { messageOf } from '../link/api-error.ts'
import type { Session } from '../link/session.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { notify } from '../ui/notices.tsx'

interface BulkAction {
  readonly word: string
  readonly done: string
  readonly isDangerous: boolean
  readonly applies: (job: JobSummary) => boolean
  readonly run: (session: Session, job: JobSummary) => Promise<unknown>
}

const path = ({ id }: JobSummary): string => `jobs/${encodeURIComponent(id)}`

const actions: readonly BulkAction[] = [
  {
    word: 'Stop',
    done: 'told to stop',
    isDangerous: false,
    applies: ({ status, provider }) => isActive(status) && status !== 'stopping' && provider === 'local',
    run: ({ api }, job) => api.post(`${path(job)}/stop`, { json: {} }),
  },
  {
    word: 'Cancel',
    done: 'cancelled',
    isDangerous: true,
    applies: ({ status }) => isActive(status),
    run: ({ api }, job) => api.post(`${path(job)}/cancel`),
  },
  {
    word: 'Delete',
    done: 'deleted',
    isDangerous: true,
    applies: ({ status }) => !isActive(status),
    run: ({ api }, job) => api.delete(path(job)),
  },
]

interface BulkActionsProps {
  readonly session: Session
  readonly jobs: readonly JobSummary[]
  readonly onDone: () => void
}

/** What can be done to the jobs that are chosen, one after the other. */
export function BulkActions({ session, jobs, onDone }: BulkActionsProps): JSX.Element {
  const asked = useSignal<BulkAction | null>(null)
  const busy = useSignal<BulkAction | null>(null)
  const refusal = session.refusal('submit')
  const run = async (action: BulkAction): Promise<void> => {
    asked.value = null
    busy.value = action
    const which = jobs.filter(action.applies)
    let done = 0
    for (const job of which) {
      try {
        await action.run(session, job)
        done++
      } catch (error) {
        notify(`${job.name}: ${messageOf(error)}`, { isError: true })
      }
    }
    busy.value = null
    if (done > 0) notify(`${countOf(done)} ${action.done}.`)
    onDone()
  }
  return (
    <div class="bulk" role="group" aria-label="What to do with the jobs that are chosen">
      <span>{countOf(jobs.length)} chosen</span>
      {actions.map((action) => (
        <Button
          key={action.word}
          refusal={refusal}
          isBusy={busy.value === action}
          disabled={!jobs.some(action.applies)}
          isOff={busy.value !== null}
          onClick={() => (asked.value = action)}
        >
          {action.word}
        </Button>
      ))}
      {asked.value === null ? null : (
        <Question
          action={asked.value}
          jobs={jobs}
          onConfirm={() => void run(asked.value!)}
          onCancel={() => (asked.value = null)}
        />
      )}
    </div>
  )
}

interface QuestionProps {
  readonly action: BulkAction
  readonly jobs: readonly JobSummary[]
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

function Question({ action, jobs, onConfirm, onCancel }: QuestionProps): JSX.Element {
  const which = jobs.filter(action.applies)
  const left = jobs.length - which.length
  return (
    <ConfirmDialog
      question={`${action.word} ${countOf(which.length)}?`}
      details={
        left === 0
          ? which
              .map(({ name }) => name)
              .slice(0, 8)
              .join(', ')
          : `${countOf(left)} of those chosen cannot be: ${left === 1 ? 'it stays' : 'they stay'} as ${left === 1 ? 'it is' : 'they are'}.`
      }
      action={action.word}
      isDangerous={action.isDangerous}
      onConfirm={onConfirm}
      onCancel={onCancel}
    />
  )
}

const countOf = (count: number): string => (count === 1 ? '1 job' : `${count} jobs`)
