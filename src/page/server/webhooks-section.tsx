import { type Signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import type {
  NewWebhookSubscription,
  WebhookSubscription,
  WebhookSubscriptionList,
  WebhookSubscriptionRequest,
} from '../../protocol/webhook-subscription.ts'
import { formatCount } from '../format/format.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { DataTable, deeds, figures } from '../ui/data-table.tsx'
import { notify } from '../ui/notices.tsx'
import { Deliveries } from './deliveries.tsx'
import { ShownSecret } from './shown-secret.tsx'
import { WebhookForm } from './webhook-form.tsx'

const pathOf = ({ id }: { readonly id: string }): string => `webhook-subscriptions/${id}`

/** Who is told of what happens, and how that went: for an admin. */
export function WebhooksSection({ session }: { readonly session: Session }): JSX.Element {
  const { value, trouble, ask } = useAnswer<WebhookSubscriptionList>(session, 'webhook-subscriptions')
  const chosen = useSignal<string | null>(null)
  /** The one that is changed, or `new`. */
  const edited = useSignal<WebhookSubscription | 'new' | null>(null)
  const made = useSignal<NewWebhookSubscription | null>(null)
  const add = useRef<HTMLButtonElement>(null)
  const leave = (): void => {
    edited.value = null
    add.current?.focus()
  }
  const save = async (wanted: WebhookSubscriptionRequest): Promise<void> => {
    if (edited.value === 'new') {
      made.value = await session.api.post<NewWebhookSubscription>('webhook-subscriptions', { json: wanted })
    } else if (edited.value !== null) {
      await session.api.call('PATCH', pathOf(edited.value), { json: wanted })
      notify('It was changed.')
    }
    leave()
    ask()
  }
  const subscriptions = value.value?.items ?? []
  return (
    <section aria-label="Webhooks">
      <header class="section-head">
        <h2>Webhooks</h2>
        <button ref={add} type="button" onClick={() => (edited.value = 'new')}>
          Add a webhook
        </button>
      </header>
      {trouble.value === null ? null : <p class="trouble">{trouble.value}</p>}
      {made.value === null ? null : (
        <ShownSecret
          text={`Webhooks to ${made.value.url} are signed with`}
          secret={made.value.secret}
          onClose={() => {
            made.value = null
            add.current?.focus()
          }}
        />
      )}
      {edited.value === null ? null : (
        <WebhookForm
          key={edited.value === 'new' ? 'new' : edited.value.id}
          subscription={edited.value === 'new' ? null : edited.value}
          onSave={save}
          onCancel={leave}
        />
      )}
      {value.value !== null && subscriptions.length === 0 ? (
        <p class="faint">Nobody is told of what happens to jobs.</p>
      ) : (
        <DataTable label="Webhooks" headings={['Sent to', 'Of', 'State', figures('Waiting'), deeds]}>
          {subscriptions.map((subscription) => (
            <Row
              key={subscription.id}
              session={session}
              subscription={subscription}
              chosen={chosen}
              onChange={() => (edited.value = subscription)}
              onSecret={(renewed) => (made.value = renewed)}
              onDone={ask}
            />
          ))}
        </DataTable>
      )}
      {subscriptions.some(({ id }) => id === chosen.value) ? (
        <Deliveries key={chosen.value} session={session} subscription={chosen.value!} />
      ) : null}
    </section>
  )
}

interface RowProps {
  readonly session: Session
  readonly subscription: WebhookSubscription
  /** The one whose deliveries are shown. */
  readonly chosen: Signal<string | null>
  readonly onChange: () => void
  readonly onSecret: (renewed: NewWebhookSubscription) => void
  readonly onDone: () => void
}

function Row(props: RowProps): JSX.Element {
  const { session, subscription, chosen, onChange, onSecret, onDone } = props
  const { api } = session
  const { id, url, description, enabled, pending } = subscription
  const isChosen = chosen.value === id
  const of = <span class="hidden"> of {url}</span>
  return (
    <tr class={isChosen ? 'chosen' : undefined}>
      <th scope="row" class="long">
        {url}
        {description === '' ? null : <p class="small">{description}</p>}
      </th>
      <td class="long">{wordsOf(subscription)}</td>
      <td class="long">
        <State subscription={subscription} />
      </td>
      <td class="number">{formatCount(pending)}</td>
      <td>
        <div class="actions">
          <button
            type="button"
            aria-pressed={isChosen}
            onClick={() => {
              chosen.value = isChosen ? null : id
            }}
          >
            Deliveries{of}
          </button>
          <ActionButton
            word="Test"
            of={`of ${url}`}
            run={async () => {
              await api.post(`${pathOf(subscription)}/test`)
              onDone()
              return 'A ping is on its way.'
            }}
          />
          <ActionButton
            word={enabled ? 'Disable' : 'Enable'}
            of={`of ${url}`}
            run={async () => {
              await api.call('PATCH', pathOf(subscription), { json: { enabled: !enabled } })
              onDone()
              return enabled ? 'Nothing is sent there any more.' : 'It goes on where it was.'
            }}
          />
          <button type="button" onClick={onChange}>
            Change{of}
          </button>
          <ActionButton
            word="New secret"
            of={`of ${url}`}
            question="Make a new secret?"
            details={`The one before signs along for a day. ${url}`}
            run={async () => {
              onSecret(await api.post<NewWebhookSubscription>(`${pathOf(subscription)}/rotate-secret`))
              onDone()
              return 'There is a new secret.'
            }}
          />
          <ActionButton
            word="Delete"
            of={`of ${url}`}
            isDangerous
            question="Delete this webhook, with its deliveries?"
            details={url}
            run={async () => {
              await api.delete(pathOf(subscription))
              onDone()
              return 'It was deleted.'
            }}
          />
        </div>
      </td>
    </tr>
  )
}

/** `job_status_changed to failed of jobs with “price” in the name` */
function wordsOf({ events, filter }: WebhookSubscription): string {
  const { statuses, providers, name, job } = filter
  return [
    events.join(', '),
    ...(statuses === undefined ? [] : [`to ${statuses.join(', ')}`]),
    ...(providers === undefined ? [] : [`at ${providers.join(', ')}`]),
    ...(name === undefined ? [] : [`of jobs with “${name}” in the name`]),
    ...(job === undefined ? [] : [`of the job ${job}`]),
  ].join(' ')
}

function State({ subscription }: { readonly subscription: WebhookSubscription }): JSX.Element {
  const { enabled, disabledReason, failingSince } = subscription
  if (!enabled) return <span class="warn">■ off{disabledReason === null ? '' : `: ${disabledReason}`}</span>
  if (failingSince === null) return <span class="good">✓ on</span>
  return <span class="bad">⚠ fails since {new Date(failingSince).toLocaleString()}</span>
}
