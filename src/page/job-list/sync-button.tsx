import type { JSX } from 'preact'
import type { ProviderInfo, SyncResult } from '../../protocol/provider-info.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { ActionButton } from '../ui/action-button.tsx'

/** Looks for jobs at all providers. Null where there are none. */
export function SyncButton(props: {
  readonly session: Session
  readonly onDone: () => void
}): JSX.Element | null {
  const { session, onDone } = props
  const { value } = useAnswer<{ readonly items: readonly ProviderInfo[] }>(session, 'providers')
  if ((value.value?.items.length ?? 0) === 0) return null
  return (
    <ActionButton
      word="Sync"
      run={async () => {
        const { message } = await session.api.post<SyncResult>('jobs/sync')
        onDone()
        return message
      }}
    />
  )
}
