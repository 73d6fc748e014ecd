import { type Signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { JobStatus } from '../../job/job-status.ts'
import type {
  WebhookEvent,
  WebhookSubscription,
  WebhookSubscriptionRequest,
} from '../../protocol/webhook-subscription.ts'
import { messageOf } from '../link/api-error.ts'
import { Button } from '../ui/button.tsx'
import { statuses } from '../ui/status.ts'
import { StatusBadge } from '../ui/status-badge.tsx'

const events: Readonly<Record<WebhookEvent, string>> = {
  job_submitted: 'a job is submitted',
  job_status_changed: 'its status changes',
  job_checkpoint: 'it saves a checkpoint',
  job_deleted: 'it is deleted',
}

interface WebhookFormProps {
  /** The one that is changed; null: it is a new one. */
  readonly subscription: WebhookSubscription | null
  /** Rejects where the server refuses it. */
  readonly onSave: (wanted: WebhookSubscriptionRequest) => Promise<void>
  readonly onCancel: () => void
}

/** Where webhooks go, and what of. */
export function WebhookForm({ subscription, onSave, onCancel }: WebhookFormProps): JSX.Element {
  const { url, description, events: told, filter } = subscription ?? fresh
  const wanted = {
    url: useSignal(url),
    description: useSignal(description),
    events: useSignal<readonly WebhookEvent[]>(told),
    statuses: useSignal<readonly JobStatus[]>(filter.statuses ?? []),
    name: useSignal(filter.name ?? ''),
  }
  const isBusy = useSignal(false)
  const trouble = useSignal<string | null>(null)
  const first = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => first.current?.focus(), [])
  const save = async (): Promise<void> => {
    isBusy.value = true
    trouble.value = null
    const { name: _, statuses: __, ...others } = filter
    const name = wanted.name.value.trim()
    const chosen = wanted.statuses.value
    try {
      await onSave({
        url: wanted.url.value.trim(),
        description: wanted.description.value.trim(),
        events: wanted.events.value,
        filter: {
          ...others,
          ...(name === '' ? {} : { name }),
          ...(chosen.length === 0 ? {} : { statuses: chosen }),
        },
      })
    } catch (error) {
      trouble.value = messageOf(error)
    }
    isBusy.value = false
  }
  return (
    <form
      class="panel"
      aria-label={subscription === null ? 'A new webhook' : `Change the webhook to ${url}`}
      onSubmit={(event) => {
        event.preventDefault()
        if (!isBusy.value) void save()
      }}
    >
      <label>
        URL that is told
        <input
          ref={first}
          type="text"
          inputMode="url"
          placeholder="https://example.com/hooks"
          value={wanted.url.value}
          onInput={(event) => (wanted.url.value = event.currentTarget.value)}
        />
      </label>
      <label>
        What it is for
        <input
          type="text"
          maxLength={500}
          value={wanted.description.value}
          onInput={(event) => (wanted.description.value = event.currentTarget.value)}
        />
      </label>
      <Choices legend="It is told when" all={Object.keys(events) as WebhookEvent[]} chosen={wanted.events}>
        {(event) => events[event]}
      </Choices>
      <Choices legend="Only of changes to (none chosen: all)" all={statuses} chosen={wanted.statuses}>
        {(status) => <StatusBadge status={status} />}
      </Choices>
      <label>
        Only of jobs with this in their name
        <input
          type="text"
          maxLength={200}
          value={wanted.name.value}
          onInput={(event) => (wanted.name.value = event.currentTarget.value)}
        />
      </label>
      {trouble.value === null ? null : (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      <div class="buttons">
        <Button
          type="submit"
          isPrimary
          isBusy={isBusy.value}
          disabled={wanted.url.value.trim() === '' || wanted.events.value.length === 0}
        >
          {subscription === null ? 'Make it' : 'Save'}
        </Button>
        <button type="button" onClick={onCancel}>
          Leave it
        </button>
      </div>
    </form>
  )
}

const fresh: Pick<WebhookSubscription, 'url' | 'description' | 'events' | 'filter'> = {
  url: '',
  description: '',
  events: ['job_status_changed'],
  filter: {},
}

interface ChoicesProps<T extends string> {
  readonly legend: string
  readonly all: readonly T[]
  readonly chosen: Signal<readonly T[]>
  readonly children: (one: T) => JSX.Element | string
}

function Choices<T extends string>({ legend, all, chosen, children }: ChoicesProps<T>): JSX.Element {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {all.map((one) => (
        <label key={one} class="check">
          <input
            type="checkbox"
            checked={chosen.value.includes(one)}
            onChange={(event) => {
              const isChosen = event.currentTarget.checked
              chosen.value = all.filter((other) => (other === one ? isChosen : chosen.value.includes(other)))
            }}
          />
          {children(one)}
        </label>
      ))}
    </fieldset>
  )
}
