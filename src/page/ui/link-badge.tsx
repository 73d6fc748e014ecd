import type { JSX } from 'preact'
import type { LinkState } from '../link/event-link.ts'

const words: Readonly<Record<LinkState, string>> = {
  connecting: 'connecting',
  live: 'live',
  reconnecting: 'reconnecting: what is shown is old',
  waiting: 'the server has no room for live figures: they are old',
  closed: 'not connected',
}

/** Whether what is shown is what is. */
export const LinkBadge = ({ state }: { readonly state: LinkState }): JSX.Element => (
  <span class={`link-state ${state}`} role="status">
    <svg viewBox="0 0 10 10" aria-hidden="true">
      {state === 'live' ? <circle cx="5" cy="5" r="4" /> : <path d="M1 1 9 9M9 1 1 9" />}
    </svg>
    {words[state]}
  </span>
)
