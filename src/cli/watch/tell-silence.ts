import type { Observable, Subscription } from 'rxjs'
import { note } from '../terminal.ts'

/**
 * Tells on stderr when the server is not heard of any more, and when it is again, until it is unsubscribed. A command
 * that waits for something waits on meanwhile.
 *
 * @param heard see `heard$` of the client
 */
export function tellSilence(heard: Observable<boolean>, tell: (text: string) => void = note): Subscription {
  let isLost = false
  return heard.subscribe({
    next: (isHeard) => {
      if (isHeard && isLost) tell('The server answers again')
      if (!isHeard) tell('The server does not answer: waiting for it')
      isLost = !isHeard
    },
    // What ends the feed for good ends the command as well, which says so.
    error: () => {},
  })
}
