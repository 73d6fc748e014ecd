import { distinctUntilChanged, filter, map, type Observable } from 'rxjs'
import type { JobManagerClient } from '../../client/job-manager-client.ts'

/** Whether the server is heard of, each time that it changes. It does not end by itself. */
export const heard$ = (client: Pick<JobManagerClient, 'feed$'>, id: string): Observable<boolean> =>
  client.feed$({ job: id }).pipe(
    filter(({ type }) => type === 'open' || type === 'lost'),
    map(({ type }) => type === 'open'),
    distinctUntilChanged(),
  )
