import { createRoute, z } from '@hono/zod-openapi'
import { EventFeed } from '../../events/event-feed.ts'
import { FollowedFeed } from '../../events/followed-feed.ts'
import { LogFeed } from '../../events/log-feed.ts'
import type { SseFeed } from '../../events/sse-feed.ts'
import type { StreamOwner } from '../../events/stream-registry.ts'
import type { StreamedSchema } from '../openapi-document.ts'
import { addressBlock } from '../address-block.ts'
import { busy, Refusal, retryAfter } from '../refusal.ts'
import { jobParams, problems, queryPosition, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono, ServerRequest } from '../server-context.ts'

const tags = ['events']
const lastEventId = z.object({
  'last-event-id': queryPosition.optional().openapi({
    type: 'integer',
    description: 'The last one seen, as EventSource sends it. It goes before the query.',
  }),
})

export interface EventStream {
  readonly description: string
  readonly content: { readonly 'text/event-stream': { readonly schema: object } }
}

/** By custom the schema is that of the data of each event. */
export function eventStream(names: readonly StreamedSchema[], description: string): EventStream {
  const anyOf = names.map((name) => ({ $ref: `#/components/schemas/${name}` }))
  return { description, content: { 'text/event-stream': { schema: { anyOf } } } }
}

const streamEvents = createRoute({
  method: 'get',
  path: '/api/v1/events',
  operationId: 'streamEvents',
  summary: 'What happens to jobs, as it happens',
  tags,
  ...secured('read'),
  request: {
    headers: lastEventId,
    query: z.object({
      since: queryPosition.optional().openapi({
        type: 'integer',
        description: 'Events behind this one; 0: all that are kept. Left out: those from now on.',
      }),
      job: z.string().max(100).optional().openapi({ description: 'Of this job only.' }),
    }),
  },
  responses: {
    ...usualProblems,
    200: eventStream(
      ['JobEvent', 'ProgressNotice', 'EventGap', 'SlowNotice'],
      'Events named by their `type`, with a JobEvent as data and its id. `progress`, without an id: a ' +
        'ProgressNotice. `gap`: an EventGap, where events behind the one asked for are not kept any more, or were ' +
        'never there because the server was set up anew. `slow`: the client took too little, and the stream ends ' +
        'here. Comments as heartbeats.',
    ),
  },
})

const streamLog = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/logs/stream',
  operationId: 'streamLog',
  summary: "Lines that a job's process writes, as it writes them",
  tags,
  ...secured('read'),
  request: {
    params: jobParams,
    headers: lastEventId,
    query: z.object({
      after: queryPosition
        .optional()
        .openapi({ type: 'integer', description: 'Lines behind this one. Default 0: all.' }),
    }),
  },
  responses: {
    ...usualProblems,
    ...problems(404),
    200: eventStream(
      ['LogLine', 'EventGap', 'SlowNotice'],
      'Events `log` with a LogLine as data, and its `seq` as id; `gap` and `slow` as in the stream of events. It ends ' +
        'when the job is deleted.',
    ),
  },
})

/** Server-sent events. */
export function addStreamRoutes(app: ServerHono, context: ServerContext): void {
  const { manager, foreign, tail, clock, progressInterval } = context

  app.openapi(streamEvents, (c) => {
    const { since, job } = c.req.valid('query')
    const from = c.req.valid('header')['last-event-id'] ?? since ?? tail.last
    const feed = (): EventFeed => {
      const progress = manager.progress$(job)
      return new EventFeed(tail, clock, { since: from, job, progress, progressInterval })
    }
    // Who loses the connection before there was an event knows where to go on from, too.
    return stream(c, context, 'events', feed, { 'Last-Event-ID': String(from) })
  })

  app.openapi(streamLog, (c) => {
    const after = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').after ?? 0
    const { id } = c.req.valid('param')
    const feed = (): SseFeed =>
      new FollowedFeed(new LogFeed(manager, id, after), () => foreign.followLogs(id))
    return stream(c, context, 'logs', feed)
  })
}

/** Milliseconds after which a client may come again where there was no room for its stream. */
const LATER = 10_000

const tooManyTaps = (limit: number): Refusal =>
  new Refusal(429, 'ERR_SERVER_BUSY', `This address has ${limit} streams of records open already.`, {
    headers: retryAfter(LATER),
    remedy: 'Close one. An admin can raise the limit `streamsPerAddress` of the server.',
  })

const tooMany = (limit: number): Refusal =>
  new Refusal(429, 'ERR_SERVER_BUSY', `This address has ${limit} streams of events open already.`, {
    headers: retryAfter(LATER),
    remedy:
      'Close one, or have one stream tell of several jobs; meanwhile ask for `/api/v1/events/history?since=`. An admin ' +
      'can raise the limit `streamsPerAddress` of the server.',
  })

/** Answers with a stream of events, where there is room for one more. */
export function stream(
  c: ServerRequest,
  { streams, addressOf, limits }: ServerContext,
  kind: StreamOwner['kind'],
  feed: () => SseFeed,
  more: Readonly<Record<string, string>> = {},
): Response {
  const address = addressBlock(addressOf(c))
  if (kind !== 'logs' && streams.isFullFor(address, kind)) {
    throw (kind === 'taps' ? tooManyTaps : tooMany)(limits.streamsPerAddress)
  }
  if (streams.full) throw busy('The server takes no more streams now.', LATER)
  const headers = {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // nginx would hold events back.
    'X-Accel-Buffering': 'no',
    ...more,
  }
  const made = feed()
  // Nobody would ever read the body.
  if (c.req.raw.method === 'HEAD') return c.body(null, 200, headers)
  const outgoing = c.env?.outgoing
  const { body } = streams.open(made, {
    kind,
    address,
    token: c.var.principal.token,
    cut: () => {
      if (outgoing?.writableFinished === false) outgoing.destroy()
    },
  })
  return c.body(body, 200, headers)
}
