import type { JSX } from 'preact'
import type { SyncResult } from '../../protocol/provider-info.ts'
import type { Session } from '../link/session.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { syncWords } from './sync-words.ts'

interface SyncButtonProps {
  readonly session: Session
  readonly onDone: () => void
}

/** Looks for jobs at all providers. */
export const SyncButton = ({ session, onDone }: SyncButtonProps): JSX.Element => (
  <ActionButton
    word="Sync"
    refusal={session.refusal('submit')}
    run={async () => {
      const found = await session.api.post<SyncResult>('jobs/sync')
      onDone()
      return syncWords(found)
    }}
  />
)
