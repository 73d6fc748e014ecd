import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { allJobs, hrefOf, jobTabs, parseRoute, type Route } from '../../src/page/routing/route.ts'
import { jobSortKeys } from '../../src/protocol/job-sort.ts'
import { suite } from '../support/suite.ts'

const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.record(
    {
      view: fc.constant('jobs' as const),
      status: fc.uniqueArray(fc.constantFrom('running' as const, 'failed' as const, 'queued' as const)),
      name: fc.string(),
      provider: fc.string(),
      sort: fc.constantFrom(...jobSortKeys),
      page: fc.integer({ min: 1, max: 1000 }),
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      view: fc.constant('job' as const),
      id: fc.string({ minLength: 1 }).filter((id) => id !== '.' && id !== '..'),
      tab: fc.constantFrom(...jobTabs),
    },
    { noNullPrototype: true },
  ),
  fc.constant({ view: 'server' } as const),
)

suite('addresses of the page', (test) => {
  test('lead back to where one was', () => {
    fc.assert(
      fc.property(routes, (route) => {
        const { pathname, search } = new URL(hrefOf(route), 'http://localhost')
        assert.equal(parseRoute(pathname, search), route)
      }),
    )
  })

  test('that are none lead nowhere, and none fails', () => {
    for (const path of ['/jobs/a/b/c', '/jobs/a/nothing', '/server/x', '/elsewhere']) {
      assert.equal(parseRoute(path, ''), { view: 'nowhere' }, path)
    }
    assert.equal(parseRoute('/', ''), allJobs)
    assert.equal(parseRoute('/jobs/%E0%A4%A', ''), { view: 'job', id: '%E0%A4%A', tab: 'graph' })
    fc.assert(
      fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => void parseRoute(path, `?${query}`)),
    )
  })
})
