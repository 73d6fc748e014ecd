import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { browserClock } from '../browser-clock.ts'
import { ApiError, messageOf } from './api-error.ts'
import type { Query } from './server-api.ts'
import type { Session } from './session.ts'

/** Milliseconds between askings, where nothing tells that there is something new. */
const INTERVAL = 10_000

/** What the server says, kept as new as INTERVAL. */
export interface Answer<T> {
  /** Null: it is not known yet, or not for whom the token is. */
  readonly value: ReadonlySignal<T | null>
  readonly trouble: ReadonlySignal<string | null>
  readonly ask: () => void
}

/** Asks for something as long as the component is there. */
export function useAnswer<T>(session: Session, path: string, query?: Query): Answer<T> {
  const value: Signal<T | null> = useSignal(null)
  const trouble: Signal<string | null> = useSignal(null)
  const again = useRef<() => void>(() => {})
  const key = JSON.stringify(query)
  useEffect(() => {
    const closed = new AbortController()
    let cancel = (): void => {}
    const ask = async (): Promise<void> => {
      cancel()
      try {
        value.value = await session.api.get<T>(path, { signal: closed.signal, ...(query && { query }) })
        trouble.value = null
      } catch (error) {
        if (closed.signal.aborted) return
        // It is for others.
        if (error instanceof ApiError && error.status === 403) return
        trouble.value = messageOf(error)
      }
      if (!closed.signal.aborted) cancel = browserClock.after(INTERVAL, () => void ask())
    }
    again.current = () => void ask()
    void ask()
    const unlisten = session.listen(({ type }) => {
      if (type === 'again') void ask()
    })
    return () => {
      closed.abort()
      cancel()
      unlisten()
    }
  }, [session, path, key])
  return { value, trouble, ask: () => again.current() }
}
