import {
  catchError,
  concat,
  connect,
  defer,
  distinctUntilChanged,
  EMPTY,
  endWith,
  exhaustMap,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  Observable,
  of,
  retry,
  switchMap,
  timer,
} from 'rxjs'
import { isActive } from '../../job/job-status.ts'
import type { FeedNotice } from '../../client/job-events.ts'
import type { JobManagerClient } from '../../client/job-manager-client.ts'
import type { Clock } from '../../time/clock.ts'
import { batched } from '../screen/batched.ts'
import { FRAME_INTERVAL } from '../screen/newest-frame.ts'
import type { Message } from './messages.ts'
import type { Action, MonitorState } from './monitor-state.ts'
import { messageOf, unknownOnScreen } from './update-jobs.ts'

/** What a monitor talks to. */
export interface MonitorServer {
  readonly client: JobManagerClient
  readonly clock: Clock
  /** Milliseconds between figures. */
  readonly interval: number
}

/** Notices that wait for others; the server sends no more until they are taken. */
const NOTICES = 2000

/** Lines of a log that wait for others; also the first that are asked for. */
const LINES = 500

/** Milliseconds between questions that nothing else answers: whether the server is there, what a process needs. */
const LOOK_INTERVAL = 2000

/** Jobs that are asked for at the same time. */
const LOOKS = 2

/** What the server tells of all jobs, by itself. Errors where it has never answered, or refuses. */
export function jobMessages({ client, clock, interval }: MonitorServer): Observable<Message> {
  const waitOf = (notice: FeedNotice): number => (notice.type === 'progress' ? interval : FRAME_INTERVAL)
  return client.feed$().pipe(
    batched(clock, waitOf, NOTICES),
    connect((batches) =>
      merge(
        batches.pipe(map((notices): Message => ({ type: 'notices', notices, now: clock.now() }))),
        batches.pipe(
          // What happened before is only to be seen on the jobs themselves.
          filter((notices) => notices.some((notice) => notice.type === 'open' || isGap(notice))),
          switchMap(() => listing({ client, clock })),
        ),
      ),
    ),
  )
}

const isGap = (notice: FeedNotice): boolean => notice.type === 'event' && notice.event.type === 'gap'

function listing({ client, clock }: Pick<MonitorServer, 'client' | 'clock'>): Observable<Message> {
  const page = (cursor?: string): Observable<Message> =>
    asked((signal) => client.jobs.list({ limit: 200, cursor }, { signal })).pipe(
      mergeMap(({ items, next }) => {
        const listed: Message = { type: 'listed', jobs: items, isLast: next === null }
        return next === null ? of(listed) : concat(of(listed), page(next))
      }),
    )
  return concat(of<Message>({ type: 'listing' }), defer(page)).pipe(
    retry({ delay: () => timer(LOOK_INTERVAL, clock.scheduler) }),
  )
}

/** Whether the server is there, and what it says of itself. */
export const serverMessages = ({ client, clock }: MonitorServer): Observable<Message> =>
  timer(0, LOOK_INTERVAL, clock.scheduler).pipe(
    exhaustMap(() =>
      asked((signal) => client.server({ signal })).pipe(
        map((server): Message => ({ type: 'server', server, now: clock.now() })),
        // That there is no answer shows by itself.
        catchError(() => EMPTY),
      ),
    ),
  )

/** What a page of one job needs beside, as long as it is open. */
export function pageMessages(server: MonitorServer, states: Observable<MonitorState>): Observable<Message> {
  return merge(details(server, states), logs(server, states), figures(server, states))
}

function details({ client, clock }: MonitorServer, states: Observable<MonitorState>): Observable<Message> {
  return states.pipe(
    map(({ details, jobs }) => (details === null ? undefined : jobs.get(details.job)?.job)),
    distinctUntilChanged((a, b) => a?.id === b?.id && a?.revision === b?.revision),
    switchMap((job) => {
      if (job === undefined) return EMPTY
      if (!isActive(job.status)) return look(client, job.id)
      return timer(0, LOOK_INTERVAL, clock.scheduler).pipe(exhaustMap(() => look(client, job.id)))
    }),
  )
}

const look = (client: JobManagerClient, id: string): Observable<Message> =>
  asked((signal) => client.jobs.get(id, { signal })).pipe(
    map((job): Message => ({ type: 'looked', job })),
    catchError((error: unknown) => of<Message>({ type: 'look-failed', job: id, error: messageOf(error) })),
  )

function logs({ client, clock }: MonitorServer, states: Observable<MonitorState>): Observable<Message> {
  return states.pipe(
    map(({ logs, jobs }) => {
      if (logs === null) return null
      const status = jobs.get(logs.job)?.job.status
      return {
        job: logs.job,
        after: logs.lines.at(-1)?.seq,
        goesOn: status !== undefined && isActive(status),
      }
    }),
    // The log of a job that was over goes on when it is continued.
    distinctUntilChanged((a, b) => a?.job === b?.job && a?.goesOn === b?.goesOn),
    switchMap((wanted) => {
      if (wanted === null) return EMPTY
      const { job, after } = wanted
      return client.logs$(job, after === undefined ? { last: LINES } : { after }).pipe(
        batched(clock, () => FRAME_INTERVAL, LINES),
        map((lines): Message => ({ type: 'logs', job, lines })),
        endWith<Message>({ type: 'logs-over', job, error: '' }),
        catchError((error: unknown) => of<Message>({ type: 'logs-over', job, error: messageOf(error) })),
      )
    }),
  )
}

/** Figures of jobs on the screen that are over. */
function figures({ client, clock }: MonitorServer, states: Observable<MonitorState>): Observable<Message> {
  return states.pipe(
    map(unknownOnScreen),
    filter((ids) => ids.length > 0),
    exhaustMap((ids) =>
      // What could not be had is not asked for again at once.
      concat(
        from(ids).pipe(mergeMap((id) => look(client, id), LOOKS)),
        timer(FRAME_INTERVAL, clock.scheduler).pipe(ignoreElements()),
      ),
    ),
  )
}

/** Does something to a job. */
export const act = ({ client }: MonitorServer, action: Action): Observable<Message> =>
  asked<unknown>((signal) => client.jobs[action.name](action.job, { signal })).pipe(
    map((): Message => ({ type: 'acted', action, error: '' })),
    catchError((error: unknown) => of<Message>({ type: 'acted', action, error: messageOf(error) })),
  )

/** A call, broken off when nobody waits for it any more. */
const asked = <T>(call: (signal: AbortSignal) => Promise<T>): Observable<T> =>
  new Observable((subscriber) => {
    const control = new AbortController()
    call(control.signal).then(
      (value) => {
        subscriber.next(value)
        subscriber.complete()
      },
      (error: unknown) => subscriber.error(error),
    )
    return () => control.abort(new Error('nobody waits for it'))
  })
