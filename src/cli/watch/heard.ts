import { distinctUntilChanged, filter, map, type Observable } from 'rxjs'
import type { JobManagerClient } from '../../client/job-manager-client.ts'

/** Whether the server is heard of, by the feed of one job or of all, each time that it changes. It does not end by itself. */
export const heard$ = (client: Pick<JobManagerClient, 'feed$'>, job?: string): Observable<boolean> =>
  client.feed$({ job }).pipe(
    filter(({ type }) => type === 'open' || type === 'lost'),
    map(({ type }) => type === 'open'),
    distinctUntilChanged(),
  )
