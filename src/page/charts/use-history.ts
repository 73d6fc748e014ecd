import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { JobHistory } from '../../protocol/job-history.ts'
import { browserClock } from '../browser-clock.ts'
import { messageOf } from '../link/api-error.ts'
import type { Session } from '../link/session.ts'
import { newerHistory } from './newer-history.ts'

/** Milliseconds between askings while the job tells of itself. */
const PAUSE = 2000

export interface History {
  /** Null: it is not known yet. */
  readonly value: ReadonlySignal<JobHistory | null>
  readonly trouble: ReadonlySignal<string | null>
}

/** The history of a job, asked for again whenever it has told something. @param path of the job */
export function useHistory(session: Session, path: string, job: string): History {
  const value: Signal<JobHistory | null> = useSignal(null)
  const trouble: Signal<string | null> = useSignal(null)
  useEffect(() => {
    const closed = new AbortController()
    const { signal } = closed
    let cancel: (() => void) | null = null
    let askedAt = -Infinity
    const get = (since?: string): Promise<JobHistory> =>
      session.api.get<JobHistory>(`${path}/history`, { signal, query: { since } })
    const ask = async (): Promise<void> => {
      try {
        const known = value.value
        const since = known?.points.at(-1)?.at
        const answer = await get(since)
        value.value = since === undefined ? answer : (newerHistory(known!, answer) ?? (await get()))
        trouble.value = null
      } catch (error) {
        if (!signal.aborted) trouble.value = messageOf(error)
      }
    }
    const askSoon = (): void => {
      cancel ??= browserClock.after(Math.max(0, askedAt + PAUSE - browserClock.now()), () => {
        cancel = null
        askedAt = browserClock.now()
        void ask()
      })
    }
    const unlisten = session.listen((notice) => {
      if (notice.type === 'again') askSoon()
      else if (notice.type === 'progress') {
        if (notice.notice.job === job) askSoon()
      } else if (notice.event.job === job) askSoon()
    })
    askSoon()
    return () => {
      closed.abort()
      cancel?.()
      unlisten()
    }
  }, [session, path, job])
  return { value, trouble }
}
