import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import type { DeadLetterInfo, DeadLetterPage, LettersDone } from '../../protocol/dead-letters.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import { Refresher } from '../link/refresher.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Button } from '../ui/button.tsx'
import { LetterDetails } from './letter-details.tsx'
import { LetterTable } from './letter-table.tsx'
import { choiceOf, lettersOf, refusalOf, summaryOf } from './letter-words.ts'

/** Letters to a page. */
const PAGE = 50

interface LettersViewProps {
  readonly session: Session
  /** Of the job. */
  readonly path: string
  readonly job: JobInfo
}

/** Records that operators of a job gave up, and what can be done with them. */
export function LettersView({ session, path: jobPath, job }: LettersViewProps): JSX.Element {
  const path = `${jobPath}/dead-letters`
  const operator = useSignal('')
  const chosen = useSignal<ReadonlySet<number>>(new Set())
  const opened = useSignal<number | null>(null)
  /** Of the pages up to the one that is shown. */
  const cursors = useSignal<readonly string[]>([])
  const busy = useSignal<string | null>(null)
  const query = {
    limit: PAGE,
    ...(operator.value !== '' && { operator: operator.value }),
    ...(cursors.value.length > 0 && { cursor: cursors.value.at(-1)! }),
  }
  const { value, trouble, ask } = useAnswer<DeadLetterPage>(session, path, query)
  useEffect(() => {
    const refresher = new Refresher(ask)
    const unlisten = session.listen((notice) => {
      if (notice.type === 'progress' && notice.notice.job === job.id) refresher.soon()
      if (notice.type === 'event' && notice.event.job === job.id) refresher.soon()
    })
    return () => {
      unlisten()
      refresher.close()
    }
  }, [session, job.id])
  if (trouble.value !== null) return <p class="trouble">{trouble.value}</p>
  const page = value.value
  if (page === null) return <p class="empty">Looking for dead letters.</p>
  const { items, next, counts, total } = page
  const { operators, replayed, deleted, dropped, notKept } = counts
  if (operators.length + replayed + deleted + dropped + notKept === 0) {
    return (
      <p class="empty">
        There are none. Operators with <code>onError: 'dead-letter'</code> put records here that they give up,
        unless the program reads them itself.
      </p>
    )
  }
  const show = (other: string): void => {
    operator.value = other
    chosen.value = new Set()
    cursors.value = []
  }
  const choose = (letters: readonly DeadLetterInfo[], isChosen: boolean): void => {
    const all = new Set(chosen.value)
    for (const { id } of letters) {
      if (isChosen) all.add(id)
      else all.delete(id)
    }
    chosen.value = all
  }
  const act = async (deed: 'replay' | 'delete'): Promise<LettersDone> => {
    try {
      const json = choiceOf(chosen.value, operator.value)
      return await session.api.post<LettersDone>(`${path}/${deed}`, { json })
    } finally {
      chosen.value = new Set()
      ask()
    }
  }
  const which = chosen.value.size === 0 ? 'all' : String(chosen.value.size)
  const whose = chosen.value.size > 0 || operator.value === '' ? '' : ' of this operator'
  const mayNot = session.refusal('submit')
  return (
    <section class="letters-part" aria-label="Dead letters">
      <p role="status">{summaryOf(counts)}</p>
      <div class="toolbar">
        <label>
          Operator{' '}
          <select value={operator.value} onChange={(event) => show(event.currentTarget.value)}>
            <option value="">All</option>
            {operators.map(({ nodeId, operator: name, kept, replaying }) => (
              <option key={nodeId} value={nodeId}>
                {name} ({kept + replaying})
              </option>
            ))}
          </select>
        </label>
        <div class="actions" role="group" aria-label="What to do with dead letters">
          <ActionButton
            word={`Replay ${which}`}
            question={`Replay ${which === 'all' ? 'all that are kept' : lettersOf(chosen.value.size)}${whose}?`}
            details="Each record goes in again before the operator that gave it up. What fails again is a new letter."
            refusal={mayNot ?? refusalOf(job.status)}
            busy={busy}
            run={async () => `${lettersOf((await act('replay')).letters)} on the way back.`}
          />
          <ActionButton
            word={`Delete ${which}`}
            question={`Delete ${which === 'all' ? 'all that are kept' : lettersOf(chosen.value.size)}${whose}?`}
            details="Their records are gone then."
            isDangerous
            refusal={mayNot}
            busy={busy}
            run={async () => `${lettersOf((await act('delete')).letters)} deleted.`}
          />
        </div>
      </div>
      {opened.value === null ? null : (
        <LetterDetails
          key={opened.value}
          session={session}
          path={path}
          id={opened.value}
          onClose={() => (opened.value = null)}
        />
      )}
      {items.length === 0 ? (
        <p class="empty">None are kept now.</p>
      ) : (
        <LetterTable
          letters={items}
          chosen={chosen.value}
          opened={opened.value}
          onChoose={choose}
          onOpen={(id) => (opened.value = opened.value === id ? null : id)}
        />
      )}
      {cursors.value.length === 0 && next === null ? null : (
        <nav class="pages" aria-label="Pages of dead letters">
          <Button isOff={cursors.value.length === 0} onClick={() => (cursors.value = [])}>
            Newest
          </Button>
          <Button
            isOff={next === null}
            onClick={() => next !== null && (cursors.value = [...cursors.value, next])}
          >
            Older
          </Button>
          <span class="faint">{lettersOf(total)}</span>
        </nav>
      )}
    </section>
  )
}
