import type { z } from 'zod'
import {
  type EventGap,
  eventGapSchema,
  type JobEvent,
  jobEventSchema,
  type ProgressNotice,
  progressNoticeSchema,
} from '../protocol/job-event.ts'
import type { ServerMessage } from './event-connection.ts'
import { type StreamNotice, type StreamOptions, streamEvents } from './event-stream.ts'
import { pollEvents } from './poll-events.ts'
import { parseAs } from './read-answer.ts'
import type { Query, Transport } from './transport.ts'

/** Events behind the last one seen are not kept any more: look at the jobs themselves. What is kept comes next. */
export type GapNotice = { readonly type: 'gap' } & EventGap

export interface EventsOptions {
  /** Id of the last event that was seen, so that those behind it come first; default what happens from now on. */
  readonly since?: number | undefined
  /** Of this job only. */
  readonly job?: string | undefined
}

/** What a stream of job events has to tell. */
export type FeedNotice =
  | Exclude<StreamNotice, { readonly type: 'message' }>
  | { readonly type: 'event'; readonly event: JobEvent | GapNotice }
  | { readonly type: 'progress'; readonly notice: ProgressNotice }

export interface FollowOptions {
  /** Whether to go on after a failure; default as long as the client's patience lasts. */
  readonly mayGoOn?: ((error: unknown) => boolean) | undefined
  /** Whether events are asked for in intervals while the server wants fewer streams. Then there is no progress. */
  readonly polls?: boolean | undefined
}

const path = 'api/v1/events'
const label = 'GET /api/v1/events'

/** Events of jobs, each once and in order, over as many connections as it takes. */
export async function* followJobs(
  transport: Transport,
  { since, job }: EventsOptions,
  signal: AbortSignal,
  { mayGoOn, polls = true }: FollowOptions = {},
): AsyncGenerator<FeedNotice, never, void> {
  let last = since ?? -1
  const query = (seen: string | undefined): Query => ({ since: seen, job })
  const lastEventId = since === undefined ? undefined : String(since)
  const meanwhile: StreamOptions['meanwhile'] = (seen, duration) =>
    pollEvents(transport, { job, lastEventId: seen, duration }, signal)
  const options = { path, query, lastEventId, mayGoOn, meanwhile: polls ? meanwhile : undefined }
  for await (const notice of streamEvents(transport, options, signal)) {
    if (notice.type !== 'message') {
      yield notice
      continue
    }
    const parsed = parseMessage(notice.message)
    if (parsed === undefined) continue
    if (parsed.type === 'event') {
      const { event } = parsed
      if (event.type === 'gap') last = event.firstKept - 1
      else if (event.id <= last) continue
      else last = event.id
    }
    yield parsed
  }
  throw new Error('a stream of events has no end')
}

/** Undefined for what this version does not know. @throws ProtocolError */
function parseMessage({ event, data }: ServerMessage): FeedNotice | undefined {
  const parse = <T>(schema: z.ZodType<T>): T => parseAs(data, label, schema)
  switch (event) {
    case 'job_submitted':
    case 'job_status_changed':
    case 'job_checkpoint':
    case 'job_deleted':
      return { type: 'event', event: parse(jobEventSchema) }
    case 'gap':
      return { type: 'event', event: { type: 'gap', ...parse(eventGapSchema) } }
    case 'progress':
      return { type: 'progress', notice: parse(progressNoticeSchema) }
    default:
      return undefined
  }
}
