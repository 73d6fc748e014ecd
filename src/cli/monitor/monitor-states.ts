import {
  BehaviorSubject,
  concat,
  defer,
  map,
  merge,
  mergeMap,
  Observable,
  of,
  Subject,
  takeWhile,
  timer,
} from 'rxjs'
import { InterruptedError } from '../interrupts.ts'
import type { ScreenEvents } from '../screen/full-screen.ts'
import type { Message } from './messages.ts'
import { act, jobMessages, type MonitorServer, pageMessages, serverMessages } from './monitor-io.ts'
import { type Action, beginMonitor, type MonitorOptions, type MonitorState } from './monitor-state.ts'
import { update } from './update.ts'

/** Milliseconds between looks at the time. */
const TICK = 1000

/**
 * The monitor as it is after all that happens, until somebody quits. Errors with InterruptedError for Ctrl-C and for a
 * terminal that goes away, with the reason of the signal, and with what the server refuses.
 */
export const monitorStates = (
  server: MonitorServer,
  options: MonitorOptions,
  { keys$, size$ }: ScreenEvents,
  signal: AbortSignal,
): Observable<MonitorState> =>
  defer(() => {
    const { clock } = server
    const states = new BehaviorSubject(beginMonitor(options, clock.now()))
    const actions = new Subject<Action>()
    const messages = merge(
      aborted(signal),
      size$.pipe(map((size): Message => ({ type: 'size', size }))),
      concat(keys$, of('ctrl-c')).pipe(
        map((key): Message => {
          if (key === 'ctrl-c') throw new InterruptedError()
          return { type: 'key', key }
        }),
      ),
      timer(TICK, TICK, clock.scheduler).pipe(map((): Message => ({ type: 'tick', now: clock.now() }))),
      jobMessages(server),
      serverMessages(server),
      // None of these answers at once, so that one message is done with before the next.
      pageMessages(server, states),
      actions.pipe(mergeMap((action) => act(server, action))),
    )
    return messages.pipe(
      map((message) => {
        const { state, action } = update(states.value, message)
        states.next(state)
        if (action !== null) actions.next(action)
        return state
      }),
      takeWhile(({ isDone }) => !isDone),
    )
  })

const aborted = (signal: AbortSignal): Observable<never> =>
  new Observable((subscriber) => {
    const abort = (): void => subscriber.error(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort)
    return () => signal.removeEventListener('abort', abort)
  })
