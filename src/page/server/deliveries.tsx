import type { JSX } from 'preact'
import type { Page } from '../../protocol/page.ts'
import type { WebhookDelivery } from '../../protocol/webhook-delivery.ts'
import { formatAge } from '../format/format.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { DataTable, deeds, figures } from '../ui/data-table.tsx'

/** So many are shown: the newest. */
const MOST = 50

const shapes: Readonly<Record<WebhookDelivery['status'], readonly [shape: string, tone: string]>> = {
  pending: ['…', 'warn'],
  delivered: ['✓', 'good'],
  failed: ['⚠', 'bad'],
}

interface DeliveriesProps {
  readonly session: Session
  readonly subscription: string
}

/** How the webhooks of a subscription were delivered. */
export function Deliveries({ session, subscription }: DeliveriesProps): JSX.Element | null {
  const query = { subscription, limit: MOST }
  const { value, trouble, ask } = useAnswer<Page<WebhookDelivery>>(session, 'webhook-deliveries', query)
  if (trouble.value !== null) return <p class="trouble">{trouble.value}</p>
  if (value.value === null) return null
  const deliveries = value.value.items
  if (deliveries.length === 0) return <p class="empty">Nothing has been sent yet.</p>
  return (
    <DataTable
      label="Deliveries"
      caption="Deliveries, newest first"
      headings={['Made', 'Event', 'State', figures('Attempts'), 'Last answer', deeds]}
    >
      {deliveries.map(({ id, createdAt, type, status, attempts }) => {
        const last = attempts.at(-1)
        const [shape, tone] = shapes[status]
        return (
          <tr key={id}>
            <th scope="row">{formatAge(session.now.value - Date.parse(createdAt))}</th>
            <td>{type}</td>
            <td class={tone}>
              {shape} {status}
            </td>
            <td class="number">{attempts.length}</td>
            <td class="long">{last === undefined ? '' : (last.error ?? last.status)}</td>
            <td>
              <ActionButton
                word="Send again"
                refusal={session.refusal('admin')}
                run={async () => {
                  await session.api.post(`webhook-deliveries/${id}/redeliver`)
                  ask()
                  return 'It is sent again.'
                }}
              />
            </td>
          </tr>
        )
      })}
    </DataTable>
  )
}
