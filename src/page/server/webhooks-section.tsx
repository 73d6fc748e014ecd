import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { WebhookDelivery } from '../../protocol/webhook-delivery.ts'
import type { WebhookSubscription, WebhookSubscriptionList } from '../../protocol/webhook-subscription.ts'
import type { Page } from '../../protocol/page.ts'
import { formatAge, formatCount } from '../format/format.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { TableFrame } from '../ui/table-frame.tsx'

/** Who is told of what happens, and how that went. Null where there is nobody, or where it is for others to see. */
export function WebhooksSection({ session }: { readonly session: Session }): JSX.Element | null {
  const { value, trouble, ask } = useAnswer<WebhookSubscriptionList>(session, 'webhook-subscriptions')
  const chosen = useSignal<string | null>(null)
  if (trouble.value !== null) return <p class="trouble">{trouble.value}</p>
  const subscriptions = value.value?.items ?? []
  if (subscriptions.length === 0) return null
  return (
    <section aria-label="Webhooks">
      <h2>Webhooks</h2>
      <TableFrame label="Webhooks">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Sent to</th>
              <th scope="col">Of</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Waiting
              </th>
              <th scope="col">
                <span class="hidden">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {subscriptions.map((subscription) => (
              <tr key={subscription.id} class={chosen.value === subscription.id ? 'chosen' : undefined}>
                <th scope="row" class="name">
                  {subscription.url}
                  <span class="id">{subscription.description}</span>
                </th>
                <td>{subscription.events.join(', ')}</td>
                <td>
                  <State subscription={subscription} />
                </td>
                <td class="number">{formatCount(subscription.pending)}</td>
                <td class="actions">
                  <button
                    type="button"
                    aria-pressed={chosen.value === subscription.id}
                    onClick={() => {
                      chosen.value = chosen.value === subscription.id ? null : subscription.id
                    }}
                  >
                    Deliveries
                  </button>
                  <ActionButton
                    word="Test"
                    run={async () => {
                      await session.api.post(`webhook-subscriptions/${subscription.id}/test`)
                      ask()
                      return 'A ping is on its way.'
                    }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
      {chosen.value === null ? null : <Deliveries session={session} subscription={chosen.value} />}
    </section>
  )
}

function State({ subscription }: { readonly subscription: WebhookSubscription }): JSX.Element {
  const { enabled, disabledReason, failingSince } = subscription
  if (!enabled) return <span class="warn">■ off{disabledReason === null ? '' : `: ${disabledReason}`}</span>
  if (failingSince === null) return <span class="good">✓ on</span>
  return <span class="bad">⚠ fails since {new Date(failingSince).toLocaleString()}</span>
}

function Deliveries(props: { readonly session: Session; readonly subscription: string }): JSX.Element {
  const { session, subscription } = props
  const { value, trouble, ask } = useAnswer<Page<WebhookDelivery>>(session, 'webhook-deliveries', {
    subscription,
    limit: 50,
  })
  if (trouble.value !== null) return <p class="trouble">{trouble.value}</p>
  const deliveries = value.value?.items ?? []
  if (deliveries.length === 0) return <p class="empty">Nothing has been sent yet.</p>
  return (
    <TableFrame label="Deliveries">
      <table class="table">
        <caption>Deliveries, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Made</th>
            <th scope="col">Event</th>
            <th scope="col">State</th>
            <th scope="col" class="number">
              Attempts
            </th>
            <th scope="col">Last answer</th>
            <th scope="col">
              <span class="hidden">What to do</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => {
            const last = delivery.attempts.at(-1)
            return (
              <tr key={delivery.id}>
                <th scope="row">{formatAge(session.now.value - Date.parse(delivery.createdAt))}</th>
                <td>{delivery.type}</td>
                <td>{delivery.status}</td>
                <td class="number">{delivery.attempts.length}</td>
                <td>{last === undefined ? '' : (last.error ?? last.status)}</td>
                <td>
                  <ActionButton
                    word="Send again"
                    run={async () => {
                      await session.api.post(`webhook-deliveries/${delivery.id}/redeliver`)
                      ask()
                      return 'It is sent again.'
                    }}
                  />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </TableFrame>
  )
}
