import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import type { JobSortKey } from '../../protocol/job-sort.ts'
import type { ProviderInfo } from '../../protocol/provider-info.ts'
import { formatCount } from '../format/format.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import type { ListRoute } from '../routing/route.ts'
import { go } from '../routing/router.ts'
import { BulkActions } from './bulk-actions.tsx'
import { DropBundle } from './drop-bundle.tsx'
import { JobFilters } from './job-filters.tsx'
import { JobList, PAGE } from './job-list.ts'
import { JobRow } from './job-row.tsx'
import { PageButtons } from './page-buttons.tsx'
import { SyncButton } from './sync-button.tsx'
import { TableFrame } from '../ui/table-frame.tsx'
import { View } from '../ui/view.tsx'

interface Heading {
  readonly text: string
  readonly sort?: JobSortKey
  readonly class?: string
}

const headings: readonly Heading[] = [
  { text: 'Job', sort: 'name' },
  { text: 'Status', sort: 'status' },
  { text: 'Progress', class: 'wide' },
  { text: 'Records/s', class: 'number wide' },
  { text: 'Duration', sort: 'duration', class: 'number narrow-off' },
  { text: 'Restarts', sort: 'restarts', class: 'number wide' },
  { text: 'Runs at', class: 'wide' },
  { text: 'Submitted', sort: 'submitted' },
]

/** All jobs. */
export function JobListView(props: { readonly session: Session; readonly route: ListRoute }): JSX.Element {
  const { session, route } = props
  const list = useMemo(() => new JobList(session, route), [session])
  const chosen = useSignal<ReadonlySet<string>>(new Set())
  useEffect(() => () => list.close(), [list])
  useEffect(() => {
    list.show(route)
    chosen.value = new Set()
  }, [route])
  const { items, total } = list.page.value
  const isBeyond = list.state.value === 'shown' && items.length === 0 && total > 0
  useEffect(() => {
    // What was on it is gone meanwhile.
    if (isBeyond) go({ ...route, page: Math.ceil(total / PAGE) }, { replace: true })
  }, [isBeyond])
  const answer = useAnswer<{ readonly items: readonly ProviderInfo[] }>(session, 'providers')
  const providers = answer.value.value?.items.map(({ name }) => name) ?? []
  const shown = items.filter(({ id }) => chosen.value.has(id))
  const choose = (ids: readonly string[], isChosen: boolean): void => {
    const all = new Set(chosen.value)
    for (const id of ids) {
      if (isChosen) all.add(id)
      else all.delete(id)
    }
    chosen.value = all
  }
  return (
    <View class="jobs">
      <div class="toolbar">
        <h1>Jobs</h1>
        <span class="faint">{list.state.value === 'shown' ? formatCount(total) : ''}</span>
        {providers.length === 0 ? null : <SyncButton session={session} onDone={() => list.ask()} />}
        <DropBundle session={session} />
        <JobFilters route={route} providers={providers} />
      </div>
      {shown.length > 0 ? (
        <BulkActions
          session={session}
          jobs={shown}
          onDone={() => {
            chosen.value = new Set()
            // With the buttons the focus would be gone.
            document.getElementById('main')?.focus()
          }}
        />
      ) : null}
      {list.state.value === 'failed' ? <p class="trouble">{list.error.value}</p> : null}
      <TableFrame label="Jobs">
        <table
          class={session.isLive.value ? 'table' : 'table old'}
          aria-busy={list.state.value === 'loading'}
        >
          <thead>
            <tr>
              <th class="choose">
                <input
                  type="checkbox"
                  aria-label="Choose all of this page"
                  checked={items.length > 0 && shown.length === items.length}
                  onChange={(event) =>
                    choose(
                      items.map(({ id }) => id),
                      event.currentTarget.checked,
                    )
                  }
                />
              </th>
              {headings.map((heading) => (
                <ColumnHeading key={heading.text} heading={heading} route={route} />
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((job) => (
              <JobRow
                key={job.id}
                job={job}
                live={list.progress.value.get(job.id)}
                isLive={session.isLive.value}
                now={session.now.value}
                isChosen={chosen.value.has(job.id)}
                onChoose={(isChosen) => choose([job.id], isChosen)}
              />
            ))}
          </tbody>
        </table>
      </TableFrame>
      {list.state.value === 'shown' && total === 0 ? <NoJobs route={route} /> : null}
      {total > PAGE ? <PageButtons route={route} total={total} size={PAGE} /> : null}
    </View>
  )
}

function ColumnHeading(props: { readonly heading: Heading; readonly route: ListRoute }): JSX.Element {
  const { heading, route } = props
  const { text, sort } = heading
  if (sort === undefined) {
    return (
      <th scope="col" class={heading.class}>
        {text}
      </th>
    )
  }
  const isUp = route.sort === sort
  const isDown = route.sort === `-${sort}`
  return (
    <th scope="col" class={heading.class} aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}>
      <button
        type="button"
        class="sort"
        onClick={() => go({ ...route, page: 1, sort: isDown ? sort : `-${sort}` }, { replace: true })}
      >
        {text}
        <span aria-hidden="true">{isUp ? ' ↑' : isDown ? ' ↓' : ''}</span>
      </button>
    </th>
  )
}

function NoJobs({ route }: { readonly route: ListRoute }): JSX.Element {
  const isFiltered = route.status.length > 0 || route.name !== '' || route.provider !== ''
  return isFiltered ? (
    <p class="empty">No job passes the filter.</p>
  ) : (
    <div class="empty">
      <p>There are no jobs yet.</p>
      <p>
        <code>millrace submit pipeline.ts</code> queues one, and it shows up here.
      </p>
    </div>
  )
}
