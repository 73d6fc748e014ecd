import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { browserClock } from '../browser-clock.ts'
import { allJobs, type ListRoute } from '../routing/route.ts'
import { go } from '../routing/router.ts'
import { statuses } from '../ui/status.ts'
import { StatusBadge } from '../ui/status-badge.tsx'

/** Milliseconds without a key, after which what was typed is looked for. */
const PAUSE = 250

interface JobFiltersProps {
  readonly route: ListRoute
  /** Names of places where jobs run, beside the server itself. */
  readonly providers: readonly string[]
}

/** Which jobs are to be shown. */
export function JobFilters({ route, providers }: JobFiltersProps): JSX.Element {
  const show = (change: Partial<ListRoute>): void => go({ ...route, page: 1, ...change }, { replace: true })
  // What is typed is not taken back while the list changes beneath it.
  const text = useSignal(route.name)
  const sent = useRef(route.name)
  const cancel = useRef<() => void>(() => {})
  useEffect(() => {
    if (route.name === sent.current) return
    sent.current = route.name
    text.value = route.name
  }, [route.name])
  const isFiltered = route.status.length > 0 || route.name !== '' || route.provider !== ''
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <input
        id="search"
        type="search"
        placeholder="Search by name"
        aria-label="Search jobs by name"
        aria-keyshortcuts="/"
        value={text.value}
        onInput={(event) => {
          const name = event.currentTarget.value
          text.value = name
          cancel.current()
          cancel.current = browserClock.after(PAUSE, () => {
            sent.current = name
            show({ name })
          })
        }}
      />
      {providers.length === 0 && route.provider === '' ? null : (
        <select
          aria-label="Where they run"
          value={route.provider}
          onChange={(event) => show({ provider: event.currentTarget.value })}
        >
          <option value="">Anywhere</option>
          {[...new Set(['local', ...providers, ...(route.provider === '' ? [] : [route.provider])])].map(
            (name) => (
              <option key={name} value={name}>
                {name === 'local' ? 'on this server' : name}
              </option>
            ),
          )}
        </select>
      )}
      <details class="menu">
        <summary>{route.status.length === 0 ? 'Any status' : route.status.join(', ')}</summary>
        <div class="menu-items">
          {statuses.map((status) => (
            <label key={status}>
              <input
                type="checkbox"
                checked={route.status.includes(status)}
                onChange={(event) =>
                  show({
                    status: event.currentTarget.checked
                      ? [...route.status, status]
                      : route.status.filter((one) => one !== status),
                  })
                }
              />
              <StatusBadge status={status} />
            </label>
          ))}
        </div>
      </details>
      {isFiltered ? (
        <button type="button" class="quiet" onClick={() => show({ ...allJobs, sort: route.sort })}>
          Show all
        </button>
      ) : null}
    </form>
  )
}
