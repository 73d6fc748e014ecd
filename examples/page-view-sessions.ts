// Sessions of page views: a visit is over when its user has not been seen for half an hour. Views come out of order, by
// two minutes at most, and what comes later than that goes its own way.
//
//   node --import tsx examples/page-view-sessions.ts

import { boundedOutOfOrderness, LocalEnvironment, session } from '../src/index.ts'

interface View {
  readonly at: string
  readonly user: string
  readonly page: string
}

const MINUTE = 60_000
const timeOf = ({ at }: View): number => Date.parse(`2026-03-01T${at}Z`)
const clock = (time: number): string => new Date(time).toISOString().slice(11, 16)

// In the order in which they arrive.
const views: readonly View[] = [
  { at: '09:00', user: 'ada', page: '/' },
  { at: '09:04', user: 'ben', page: '/login' },
  { at: '09:03', user: 'ada', page: '/docs' },
  { at: '09:31', user: 'ada', page: '/docs/windows' },
  { at: '09:58', user: 'ben', page: '/' },
  { at: '09:57', user: 'ada', page: '/pricing' },
  { at: '10:31', user: 'cleo', page: '/' },
  { at: '09:10', user: 'ben', page: '/logout' },
  { at: '10:35', user: 'ada', page: '/' },
]

const env = new LocalEnvironment('page-view-sessions')

const visits = env
  .fromBatch(views)
  .assignTimestamps(timeOf, boundedOutOfOrderness(2 * MINUTE))
  .keyBy(({ user }) => user)
  .window(session({ gap: 30 * MINUTE }), { late: 'late' })
  .aggregate({
    create: () => ({ first: Infinity, last: -Infinity, pages: 0 }),
    add: (visit, view) => {
      visit.first = Math.min(visit.first, timeOf(view))
      visit.last = Math.max(visit.last, timeOf(view))
      visit.pages++
    },
    // A view may make one visit of two.
    merge: (visit, other) => ({
      first: Math.min(visit.first, other.first),
      last: Math.max(visit.last, other.last),
      pages: visit.pages + other.pages,
    }),
    result: (visit, { key }) => ({ user: key, ...visit }),
  })

visits.sink(({ user, first, last, pages }) =>
  console.log(`${user} ${clock(first)} to ${clock(last)}, pages: ${pages}`),
)
visits.sideOutput<View>('late').sink(({ user, at, page }) => console.log(`too late: ${user} ${at} ${page}`))

await env.submit({ autostop: true })
