import type { JSX } from 'preact'
import type { ServerInfo } from '../../protocol/server-info.ts'
import { formatBytes, formatCount, formatDuration } from '../format/format.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { Figure } from '../ui/figure.tsx'
import { View } from '../ui/view.tsx'
import { ProvidersSection } from './providers-section.tsx'
import { TokensSection } from './tokens-section.tsx'
import { WebhooksSection } from './webhooks-section.tsx'

/** The server itself: how it is, and whom it works with. */
export function ServerView({ session }: { readonly session: Session }): JSX.Element {
  const { value, trouble } = useAnswer<ServerInfo>(session, 'server')
  return (
    <View class="server">
      <h1>Server</h1>
      {trouble.value === null ? null : <p class="trouble">{trouble.value}</p>}
      {value.value === null ? null : <Figures server={value.value} now={session.now.value} />}
      <ProvidersSection session={session} />
      {session.who.value === null ? null : <ForAdmins session={session} />}
    </View>
  )
}

function ForAdmins({ session }: { readonly session: Session }): JSX.Element {
  const refusal = session.refusal('admin')
  if (refusal !== null) {
    return (
      <section aria-label="Webhooks and tokens">
        <h2>Webhooks and tokens</h2>
        <p class="faint">{refusal}</p>
      </section>
    )
  }
  return (
    <>
      <WebhooksSection session={session} />
      <TokensSection session={session} />
    </>
  )
}

function Figures({ server, now }: { readonly server: ServerInfo; readonly now: number }): JSX.Element {
  const { background, clients, limits } = server
  return (
    <dl class="figures">
      <Figure name="Version">{server.version}</Figure>
      <Figure name="Up for">{formatDuration(Math.max(0, now - Date.parse(server.startedAt)))}</Figure>
      <Figure name="Running">
        {server.running} of {server.maxRunning}
      </Figure>
      <Figure name="Queued">
        {formatCount(server.queued)}
        {background.queue_processing.enabled ? null : <span class="warn"> none is started</span>}
      </Figure>
      <Figure name="Jobs kept">{formatCount(server.jobs)}</Figure>
      <Figure name="Clients of events">{formatCount(clients.events)}</Figure>
      <Figure name="Clients of logs">{formatCount(clients.logs)}</Figure>
      <Figure name="Memory of a job">{formatBytes(limits.memoryMb * 1e6)}</Figure>
      <Figure name="Largest upload">{formatBytes(limits.uploadBytes)}</Figure>
    </dl>
  )
}
