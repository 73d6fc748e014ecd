import { type EventPage, eventPageSchema } from '../protocol/job-event.ts'
import { delay } from '../time/delay.ts'
import type { ServerMessage } from './event-connection.ts'
import { readJson } from './read-answer.ts'
import type { Transport } from './transport.ts'

/** Events that are asked for at a time. */
const LIMIT = 1000

export interface PollOptions {
  /** Of this job only. */
  readonly job?: string | undefined
  /** Id of the last event that was seen; undefined: those from now on. */
  readonly lastEventId: string | undefined
  /** Milliseconds to go on. */
  readonly duration: number
}

/**
 * Events of jobs, asked for in intervals, for as long as a stream of them cannot be had: each once and in order, as the
 * stream would tell them, gaps included. Each time what has come up, which may be nothing.
 * @throws what the server refuses, and as Transport.attempt does
 */
export async function* pollEvents(
  transport: Transport,
  { job, lastEventId, duration }: PollOptions,
  signal: AbortSignal,
): AsyncGenerator<{ readonly lastEventId: string; readonly messages: readonly ServerMessage[] }, void, void> {
  const { clock, pollInterval } = transport.settings
  const end = clock.monotonic() + duration
  let seen = lastEventId === undefined ? undefined : Number(lastEventId)
  do {
    const page = await read(transport, { since: seen, job, limit: LIMIT }, signal)
    const gap = seen === undefined ? null : gapIn(page, seen)
    // What is kept comes with the next page.
    const messages = gap !== null ? [gapMessage(gap)] : seen === undefined ? [] : page.items.map(eventMessage)
    const isFull = gap !== null || (seen !== undefined && page.items.length === LIMIT)
    if (gap !== null) seen = gap - 1
    else seen = isFull ? page.items.at(-1)!.id : Math.max(seen ?? 0, page.last)
    yield { lastEventId: String(seen), messages }
    if (!isFull) await delay(clock, pollInterval, [transport.closed, signal])
  } while (clock.monotonic() < end)
}

/** Of the first look only the number of the newest event is wanted. */
function read(
  transport: Transport,
  {
    since,
    job,
    limit,
  }: { readonly since: number | undefined; readonly job: string | undefined; readonly limit: number },
  signal: AbortSignal,
): Promise<EventPage> {
  return transport.attempt(
    {
      method: 'GET',
      path: 'api/v1/events/history',
      query: since === undefined ? { limit: 1, job } : { since, job, limit },
      repeatable: true,
      read: (response, label) => readJson(response, label, eventPageSchema),
    },
    { signal },
  )
}

/** The first event that is kept, where some that were not seen are gone, or the server was set up anew. */
function gapIn({ first, last }: EventPage, seen: number): number | null {
  return seen > last || (first > 0 && seen < first - 1) ? Math.max(first, 1) : null
}

const gapMessage = (firstKept: number): ServerMessage => ({
  event: 'gap',
  id: String(firstKept - 1),
  data: JSON.stringify({ firstKept }),
})

const eventMessage = (event: EventPage['items'][number]): ServerMessage => ({
  event: event.type,
  id: String(event.id),
  data: JSON.stringify(event),
})
