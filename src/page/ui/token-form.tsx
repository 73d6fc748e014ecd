import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { Session } from '../link/session.ts'
import { View } from './view.tsx'

/** Asks for a token where the server wants one. */
export function TokenForm({ session }: { readonly session: Session }): JSX.Element {
  const token = useSignal('')
  const remember = useSignal(false)
  return (
    <View class="token">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          session.useToken(token.value.trim(), remember.value)
        }}
      >
        <h1>This server wants a token</h1>
        {session.token.value === null ? null : <p class="trouble">It does not know the one it was given.</p>}
        <label>
          Token
          <input
            type="password"
            autocomplete="current-password"
            autofocus
            value={token.value}
            onInput={(event) => (token.value = event.currentTarget.value)}
          />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={remember.value}
            onChange={(event) => (remember.value = event.currentTarget.checked)}
          />
          Remember it in this browser
        </label>
        <button type="submit" class="primary" disabled={token.value.trim() === ''}>
          Go on
        </button>
        <p class="faint">
          <code>millrace jobmanager token create</code> makes one.
        </p>
      </form>
    </View>
  )
}
