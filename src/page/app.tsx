import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { JobListView } from './job-list/job-list-view.tsx'
import { JobView } from './job/job-view.tsx'
import type { Session } from './link/session.ts'
import { allJobs, hrefOf, type Route } from './routing/route.ts'
import { route } from './routing/router.ts'
import { ServerView } from './server/server-view.tsx'
import { LinkBadge } from './ui/link-badge.tsx'
import { Notices } from './ui/notices.tsx'
import { ThemeButton } from './ui/theme-button.tsx'
import { View } from './ui/view.tsx'
import { TokenForm } from './ui/token-form.tsx'

/** The whole page. */
export function App({ session }: { readonly session: Session }): JSX.Element {
  const at = route.value
  const place = at.view === 'job' ? at.id : at.view
  const last = useRef(place)
  useEffect(() => {
    // A job says itself what it is called.
    if (at.view !== 'job') document.title = at.view === 'server' ? 'Server · Millrace' : 'Millrace'
    // What had the focus is gone, and so who reads on does so where something new begins.
    if (last.current !== place) document.getElementById('main')?.focus({ preventScroll: true })
    last.current = place
  }, [place])
  const isIn = (view: Route['view']): 'page' | undefined => (at.view === view ? 'page' : undefined)
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="/" aria-label="Millrace">
          <img src="/assets/icon.svg" alt="" width="22" height="22" />
          <span class="brand-word">Millrace</span>
        </a>
        <nav aria-label="Parts of the page">
          <a href={hrefOf(allJobs)} aria-current={isIn('jobs') ?? isIn('job')}>
            Jobs
          </a>
          <a href="/server" aria-current={isIn('server')}>
            Server
          </a>
        </nav>
        <LinkBadge state={session.state.value} />
        <ThemeButton />
      </header>
      {session.wantsToken.value ? <TokenForm session={session} /> : <Content session={session} at={at} />}
      <Notices />
    </>
  )
}

function Content({ session, at }: { readonly session: Session; readonly at: Route }): JSX.Element {
  switch (at.view) {
    case 'jobs':
      return <JobListView session={session} route={at} />
    case 'job':
      return <JobView key={at.id} session={session} id={at.id} tab={at.tab} />
    case 'server':
      return <ServerView session={session} />
    case 'nowhere':
      return (
        <View>
          <p class="empty">
            There is nothing here. <a href="/">All jobs</a>
          </p>
        </View>
      )
  }
}
