import type { JobSort } from '../../protocol/job-sort.ts'
import type { JobStatus } from '../../job/job-status.ts'

/** What of a job is shown. */
export const jobTabs = [
  'graph',
  'charts',
  'logs',
  'timeline',
  'checkpoints',
  'dead-letters',
  'error',
] as const
export type JobTab = (typeof jobTabs)[number]

export interface ListRoute {
  readonly view: 'jobs'
  readonly status: readonly JobStatus[]
  /** Part of the name. */
  readonly name: string
  readonly provider: string
  readonly sort: JobSort
  /** From 1. */
  readonly page: number
}

/** Where in the page one is: all of it is in the address. */
export type Route =
  | ListRoute
  | { readonly view: 'job'; readonly id: string; readonly tab: JobTab }
  | { readonly view: 'server' }
  | { readonly view: 'nowhere' }

/** Beyond it an address is taken for a slip. */
const MOST_PAGES = 100_000

export const allJobs: ListRoute = {
  view: 'jobs',
  status: [],
  name: '',
  provider: '',
  sort: '-submitted',
  page: 1,
}

export function parseRoute(path: string, search: string): Route {
  const query = new URLSearchParams(search)
  const parts = path.split('/').filter((part) => part !== '')
  const [first, second, third] = parts
  if (parts.length === 0 || (first === 'jobs' && parts.length === 1)) {
    return {
      view: 'jobs',
      status: (query.get('status') ?? '').split(',').filter((one) => one !== '') as JobStatus[],
      name: query.get('name') ?? '',
      provider: query.get('provider') ?? '',
      sort: (query.get('sort') ?? allJobs.sort) as JobSort,
      page: Math.min(MOST_PAGES, Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1)),
    }
  }
  if (first === 'jobs' && second !== undefined && parts.length <= 3) {
    const tab = (third ?? 'graph') as JobTab
    return jobTabs.includes(tab) ? { view: 'job', id: decode(second), tab } : { view: 'nowhere' }
  }
  return first === 'server' && parts.length === 1 ? { view: 'server' } : { view: 'nowhere' }
}

/** The address of a place in the page. */
export function hrefOf(route: Route): string {
  switch (route.view) {
    case 'jobs': {
      const { status, name, provider, sort, page } = route
      const query = new URLSearchParams()
      if (status.length > 0) query.set('status', status.join(','))
      if (name !== '') query.set('name', name)
      if (provider !== '') query.set('provider', provider)
      if (sort !== allJobs.sort) query.set('sort', sort)
      if (page > 1) query.set('page', String(page))
      const text = query.toString()
      return text === '' ? '/' : `/?${text}`
    }
    case 'job':
      return `/jobs/${encodeURIComponent(route.id)}${route.tab === 'graph' ? '' : `/${route.tab}`}`
    case 'server':
      return '/server'
    case 'nowhere':
      return '/'
  }
}

/** As it is where it cannot be decoded. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
