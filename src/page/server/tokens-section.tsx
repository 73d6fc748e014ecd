import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { NewToken, TokenList } from '../../protocol/answers.ts'
import type { Scope } from '../../protocol/server-info.ts'
import { messageOf } from '../link/api-error.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { DataTable, deeds } from '../ui/data-table.tsx'
import { notify } from '../ui/notices.tsx'
import { ShownSecret } from './shown-secret.tsx'

const scopes: readonly Scope[] = ['read', 'submit', 'admin']

/** Tokens, for an admin. */
export function TokensSection({ session }: { readonly session: Session }): JSX.Element | null {
  const { value, ask } = useAnswer<TokenList>(session, 'tokens')
  const made = useSignal<NewToken | null>(null)
  const tokens = value.value?.items
  if (tokens === undefined) return null
  return (
    <section aria-label="Tokens">
      <h2>Tokens</h2>
      {tokens.length === 0 ? (
        <p class="faint">There are none: everybody on this machine may do everything.</p>
      ) : (
        <DataTable label="Tokens" headings={['Name', 'May', 'Made', 'Last used', deeds]}>
          {tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row" class="long">
                {token.name}
              </th>
              <td>{token.scopes.join(', ')}</td>
              <td>{new Date(token.createdAt).toLocaleString()}</td>
              <td>{token.lastUsedAt === null ? 'never' : new Date(token.lastUsedAt).toLocaleString()}</td>
              <td>
                <ActionButton
                  word="Delete"
                  of={`the token ${token.name}`}
                  isDangerous
                  question={`Delete the token ${token.name}?`}
                  details="Whoever uses it is locked out at once."
                  run={async () => {
                    await session.api.delete(`tokens/${token.id}`)
                    ask()
                    return 'It was deleted.'
                  }}
                />
              </td>
            </tr>
          ))}
        </DataTable>
      )}
      {made.value === null ? null : (
        <ShownSecret
          text={`The token ${made.value.name} is`}
          secret={made.value.token}
          onClose={() => (made.value = null)}
        />
      )}
      <NewTokenForm
        onMake={async (name, scope) => {
          try {
            const json = { name, scopes: [scope] }
            made.value = await session.api.post<NewToken>('tokens', { json })
            ask()
          } catch (error) {
            notify(messageOf(error), { isError: true })
          }
        }}
      />
    </section>
  )
}

interface NewTokenFormProps {
  readonly onMake: (name: string, scope: Scope) => Promise<void>
}

function NewTokenForm({ onMake }: NewTokenFormProps): JSX.Element {
  const name = useSignal('')
  const scope = useSignal<Scope>('read')
  return (
    <form
      class="toolbar"
      onSubmit={(event) => {
        event.preventDefault()
        void onMake(name.value, scope.value)
        name.value = ''
      }}
    >
      <input
        type="text"
        aria-label="Name of the new token"
        placeholder="Name of a new token"
        value={name.value}
        onInput={(event) => (name.value = event.currentTarget.value)}
      />
      <select
        aria-label="What it may be used for"
        value={scope.value}
        onChange={(event) => (scope.value = event.currentTarget.value as Scope)}
      >
        {scopes.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <button type="submit" disabled={name.value.trim() === ''}>
        Make a token
      </button>
    </form>
  )
}
