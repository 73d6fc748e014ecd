import process from 'node:process'
import {
  catchError,
  EMPTY,
  exhaustMap,
  from,
  last,
  lastValueFrom,
  map,
  merge,
  Observable,
  scan,
  share,
  takeUntil,
  tap,
} from 'rxjs'
import type { JobInfo } from '../../protocol/job-info.ts'
import { realClock } from '../../time/real-clock.ts'
import { formatTime } from '../following/format-time.ts'
import { describeOutcome, exitCodeOfOutcome } from '../outcome/outcome.ts'
import { colorOfStatus, colorsOf } from '../output/colors.ts'
import { LiveLines } from '../screen/live-lines.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note, print } from '../terminal.ts'
import { WatchChanges } from './watch-changes.ts'
import { watchFrame } from './watch-frame.ts'
import { watchOf, type WatchState, withHeard, withJob, withLine, withProgress } from './watch-state.ts'

type Change = (state: WatchState) => WatchState

/** Lines that are looked at for the last one that is the job's own. */
const LAST_LINES = 10

/** Shows a job as it goes on, until it is over; sets the exit code by what became of it. */
export async function watchJob(job: JobInfo, connection: ServerConnection): Promise<void> {
  const { signal } = connection
  const live = new LiveLines()
  const changes = new WatchChanges()
  const show = (state: WatchState): void => {
    if (live.isLive) return live.show(frameOf(state))
    const line = changes.lineOf(state)
    if (line !== null) print(`${formatTime(new Date(realClock.now()).toISOString())}  ${line}`)
  }
  let state = watchOf(job)
  show(state)
  try {
    state = await lastValueFrom(states(state, connection).pipe(tap(show), takeUntil(abortOf(signal))), {
      defaultValue: state,
    })
  } catch (error) {
    live.close()
    if (signal.aborted)
      note(`\nNot watching "${job.name}" any more: the job goes on. To end it: millrace stop ${job.id}`)
    throw error
  }
  live.close()
  const { status } = state.job
  print(colorOfStatus(colorsOf(process.stdout), status)(describeOutcome(state.job)))
  process.exitCode = exitCodeOfOutcome(status)
}

/** What is known of a job each time that is more, until it is over. */
function states(begin: WatchState, { client, signal }: ServerConnection): Observable<WatchState> {
  const { id } = begin.job
  const job$ = client.job$(id).pipe(share())
  const progress$ = client.progress$(id).pipe(share())
  const line$ = merge(job$, progress$).pipe(
    // Only the last is wanted: following all of them would be work for nothing.
    exhaustMap(() => from(client.jobs.logs(id, { last: LAST_LINES, signal })).pipe(catchError(() => EMPTY))),
    map(({ lines }) => lines.findLast(({ stream }) => stream !== 'system')?.text ?? null),
  )
  return merge(
    job$.pipe(
      map(
        (job): Change =>
          (state) =>
            withJob(state, job),
      ),
    ),
    progress$.pipe(
      map(
        (progress): Change =>
          (state) =>
            withProgress(state, progress),
      ),
    ),
    line$.pipe(
      map(
        (line): Change =>
          (state) =>
            withLine(state, line),
      ),
    ),
    client.heard$(id).pipe(
      map(
        (isHeard): Change =>
          (state) =>
            withHeard(state, isHeard),
      ),
      takeUntil(job$.pipe(last(null, null))),
    ),
  ).pipe(scan((state, change) => change(state), begin))
}

function frameOf(state: WatchState): string[] {
  const { columns = 80, rows = 24 } = process.stderr
  return watchFrame(state, { columns, rows }, colorsOf(process.stderr), realClock.now())
}

const abortOf = (signal: AbortSignal): Observable<never> =>
  new Observable((subscriber) => {
    const abort = (): void => subscriber.error(signal.reason)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    return () => signal.removeEventListener('abort', abort)
  })
