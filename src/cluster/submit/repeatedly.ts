import { Observable } from 'rxjs'
import { EngineUnavailableError, NobodyAnsweredError } from '../../errors/cluster-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { Cancel, Clock } from '../../time/clock.ts'

/** Milliseconds between attempts while the engine cannot be reached. */
const AGAIN = 1_000

/**
 * What somebody looks at, again and again for as long as somebody listens. While the engine cannot be reached it waits,
 * and says so once; other errors end it.
 * @param abandon ends it with its reason
 */
export function repeatedly<T>(
  clock: Clock,
  period: number,
  look: () => Promise<T>,
  abandon: AbortSignal,
  warn: (message: string) => void,
): Observable<T> {
  return new Observable((subscriber) => {
    let cancel: Cancel = () => {}
    let isAway = false
    const again = (ms: number): void => {
      if (!subscriber.closed) cancel = clock.setTimeout(() => void once(), ms)
    }
    const once = async (): Promise<void> => {
      try {
        const value = await look()
        isAway = false
        subscriber.next(value)
        again(period)
      } catch (error) {
        if (!isPassing(error)) return subscriber.error(error)
        if (!isAway) warn(`The cluster cannot be reached, and is waited for: ${reasonOf(error)}`)
        isAway = true
        again(AGAIN)
      }
    }
    const end = (): void => subscriber.error(abandon.reason)
    abandon.addEventListener('abort', end, { once: true })
    if (abandon.aborted) end()
    else void once()
    return () => {
      cancel()
      abandon.removeEventListener('abort', end)
    }
  })
}

function isPassing(error: unknown): boolean {
  return error instanceof EngineUnavailableError || error instanceof NobodyAnsweredError
}
