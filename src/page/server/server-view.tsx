import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import type { TokenList } from '../../protocol/answers.ts'
import type { ServerInfo } from '../../protocol/server-info.ts'
import { formatBytes, formatCount, formatDuration } from '../format/format.ts'
import { ApiError, messageOf } from '../link/api-error.ts'
import type { Session } from '../link/session.ts'
import { TableFrame } from '../ui/table-frame.tsx'

/** The server itself. */
export function ServerView({ session }: { readonly session: Session }): JSX.Element {
  const info = useSignal<ServerInfo | null>(null)
  const tokens = useSignal<TokenList | null>(null)
  const trouble = useSignal<string | null>(null)
  useEffect(() => {
    const look = new AbortController()
    const ask = async (): Promise<void> => {
      const { signal } = look
      try {
        info.value = await session.api.get<ServerInfo>('server', { signal })
        tokens.value = await session.api.get<TokenList>('tokens', { signal }).catch((error: unknown) => {
          // Only an admin sees them.
          if (error instanceof ApiError && error.status === 403) return null
          throw error
        })
        trouble.value = null
      } catch (error) {
        if (!signal.aborted) trouble.value = messageOf(error)
      }
    }
    void ask()
    const unlisten = session.listen(({ type }) => {
      if (type !== 'progress') void ask()
    })
    return () => {
      unlisten()
      look.abort()
    }
  }, [session])
  const server = info.value
  return (
    <main id="main" class="server">
      <h1>Server</h1>
      {trouble.value === null ? null : <p class="trouble">{trouble.value}</p>}
      {server === null ? null : (
        <dl class="figures">
          <Figure name="Version" value={server.version} />
          <Figure
            name="Up for"
            value={formatDuration(Math.max(0, session.now.value - Date.parse(server.startedAt)))}
          />
          <Figure name="Running" value={`${server.running} of ${server.maxRunning}`} />
          <Figure name="Queued" value={formatCount(server.queued)} />
          <Figure name="Jobs kept" value={formatCount(server.jobs)} />
          <Figure name="Memory of a job" value={formatBytes(server.limits.memoryMb * 1e6)} />
          <Figure name="Largest upload" value={formatBytes(server.limits.uploadBytes)} />
        </dl>
      )}
      {tokens.value === null || tokens.value.items.length === 0 ? null : (
        <TableFrame label="Tokens">
          <table class="table">
            <caption>Tokens</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">May</th>
                <th scope="col">Made</th>
                <th scope="col">Last used</th>
              </tr>
            </thead>
            <tbody>
              {tokens.value.items.map((token) => (
                <tr key={token.id}>
                  <th scope="row">{token.name}</th>
                  <td>{token.scopes.join(', ')}</td>
                  <td>{new Date(token.createdAt).toLocaleString()}</td>
                  <td>{token.lastUsedAt === null ? 'never' : new Date(token.lastUsedAt).toLocaleString()}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </main>
  )
}

const Figure = ({ name, value }: { readonly name: string; readonly value: string }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)
