import type { JSX } from 'preact'
import { browserClock } from '../browser-clock.ts'
import { allJobs, type ListRoute } from '../routing/route.ts'
import { go } from '../routing/router.ts'
import { statuses } from '../ui/status.ts'
import { StatusBadge } from '../ui/status-badge.tsx'

/** Milliseconds without a key, after which what was typed is looked for. */
const PAUSE = 250

let cancel = (): void => {}

/** Which jobs are to be shown. */
export function JobFilters({ route }: { readonly route: ListRoute }): JSX.Element {
  const show = (change: Partial<ListRoute>): void => go({ ...route, ...change }, { replace: true })
  const isFiltered = route.status.length > 0 || route.name !== '' || route.provider !== ''
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <input
        id="search"
        type="search"
        placeholder="Search by name"
        aria-label="Search jobs by name"
        aria-keyshortcuts="/"
        value={route.name}
        onInput={(event) => {
          const name = event.currentTarget.value
          cancel()
          cancel = browserClock.after(PAUSE, () => show({ name }))
        }}
      />
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
