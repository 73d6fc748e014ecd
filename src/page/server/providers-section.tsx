import type { JSX } from 'preact'
import type { ProviderInfo, SyncResult } from '../../protocol/provider-info.ts'
import { formatAge, formatCount, formatDuration } from '../format/format.ts'
import { syncWords } from '../job-list/sync-words.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { DataTable, deeds, figures } from '../ui/data-table.tsx'

/** Words for what keeps a provider from being asked too often. */
const breakers: Readonly<Record<ProviderInfo['breaker'], string>> = {
  closed: 'answers',
  'half-open': 'is being tried again',
  open: 'is left alone for a while',
}

const stateOf = ({ breaker, lastError }: ProviderInfo): string =>
  breaker === 'closed' && lastError !== null ? 'did not answer' : breakers[breaker]

/** Places where jobs run, beside the server itself. */
export function ProvidersSection({ session }: { readonly session: Session }): JSX.Element | null {
  const { value, trouble, ask } = useAnswer<{ readonly items: readonly ProviderInfo[] }>(session, 'providers')
  if (trouble.value !== null) return <p class="trouble">{trouble.value}</p>
  const providers = value.value?.items ?? []
  if (providers.length === 0) return null
  const ago = (time: string | null): string =>
    time === null ? 'not yet' : formatAge(session.now.value - Date.parse(time))
  return (
    <section aria-label="Providers">
      <h2>Providers</h2>
      <DataTable
        label="Providers"
        headings={['Name', 'Kind', 'State', figures('Active jobs'), 'Asked', 'Last sync', deeds]}
      >
        {providers.map((provider) => (
          <tr key={provider.name}>
            <th scope="row">{provider.name}</th>
            <td>{provider.type}</td>
            <td class="long">
              <span class={provider.lastError === null ? 'good' : 'bad'}>
                {provider.lastError === null ? '✓ ' : '⚠ '}
                {stateOf(provider)}
              </span>
              {provider.lastError === null ? null : <p class="small">{provider.lastError}</p>}
              {provider.unknownStatuses.length === 0 ? null : (
                <p class="small">nobody knows what {provider.unknownStatuses.join(', ')} means</p>
              )}
            </td>
            <td class="number">{formatCount(provider.activeJobs)}</td>
            <td>
              {ago(provider.lastPollAt)}
              {provider.pollInterval === null ? null : (
                <span class="faint"> every {formatDuration(provider.pollInterval)}</span>
              )}
              {provider.webhook ? <span class="faint">, and tells by webhook</span> : null}
            </td>
            <td>{ago(provider.lastSyncAt)}</td>
            <td>
              <ActionButton
                word="Sync"
                of={`with ${provider.name}`}
                refusal={session.refusal('submit')}
                run={async () => {
                  const query = { provider: provider.name }
                  const found = await session.api.post<SyncResult>('jobs/sync', { query })
                  ask()
                  return syncWords(found)
                }}
              />
            </td>
          </tr>
        ))}
      </DataTable>
    </section>
  )
}
