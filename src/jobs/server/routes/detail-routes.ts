import type { Readable } from 'node:stream'
import { createRoute, z } from '@hono/zod-openapi'
import { checkpointListSchema, logPageSchema } from '../../../protocol/answers.ts'
import { jobHistorySchema } from '../../../protocol/job-history.ts'
import { jobTransitionSchema, logStreams } from '../../../protocol/job-info.ts'
import { pageSchema } from '../../../protocol/page.ts'
import { failureReason } from '../../foreign/failure-reason.ts'
import { within } from '../../foreign/within.ts'
import { LOCAL } from '../../store/job-changes.ts'
import {
  jobParams,
  json,
  problems,
  queryNumber,
  queryPosition,
  secured,
  usualProblems,
} from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'

const tags = ['jobs']
/** Milliseconds for a provider to give the newest lines of a log. */
const LOG_PATIENCE = 2_000
const answers = { ...usualProblems, ...problems(404) }

const listTransitions = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/transitions',
  operationId: 'listTransitions',
  summary: "Every change of a job's status",
  tags,
  ...secured('read'),
  request: {
    params: jobParams,
    query: z.object({ cursor: z.string().max(500).optional(), limit: queryNumber(1, 200, 50) }),
  },
  responses: { ...answers, 200: json(pageSchema(jobTransitionSchema), 'A page of them, oldest first.') },
})

const listCheckpoints = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/checkpoints',
  operationId: 'listCheckpoints',
  summary: 'Checkpoints and savepoints of a job that are kept, newest first',
  tags,
  ...secured('read'),
  request: { params: jobParams },
  responses: { ...answers, ...problems(409), 200: json(checkpointListSchema, 'All of them.') },
})

const getHistory = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/history',
  operationId: 'getHistory',
  summary: 'Figures of a job over its life',
  tags,
  ...secured('read'),
  request: {
    params: jobParams,
    query: z.object({
      since: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'Points that end then or later: ISO 8601, with `Z` or an offset.' }),
    }),
  },
  responses: { ...answers, 200: json(jobHistorySchema, 'At most 600 points, oldest first.') },
})

const readLog = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/logs',
  operationId: 'readLog',
  summary: "Lines that a job's process has written",
  tags,
  ...secured('read'),
  request: {
    params: jobParams,
    query: z.object({
      after: queryNumber(0, Number.MAX_SAFE_INTEGER, 0),
      limit: queryNumber(1, 1000, 200),
      last: queryPosition.optional().openapi({
        type: 'integer',
        description: 'Begins with the first of the newest so many that are wanted.',
      }),
      since: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'Lines written then or later: ISO 8601, with `Z` or an offset.' }),
      stream: z.enum(logStreams).optional().openapi({ description: 'Lines of this one only.' }),
    }),
  },
  responses: { ...answers, 200: json(logPageSchema, 'Lines behind `after`, oldest first.') },
})

const readCollected = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/collected/{node}',
  operationId: 'readCollected',
  summary: "What `collect()` of a job's program has received",
  tags,
  ...secured('read'),
  request: {
    params: jobParams.extend({
      node: z
        .string()
        .regex(/^[\w-]{1,100}$/, 'the id of a node')
        .openapi({ description: 'Id of the node.' }),
    }),
  },
  responses: {
    ...answers,
    ...problems(409),
    200: {
      description: 'Frames of records in the serialisation of V8, which the library reads.',
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
})

/** What a job has been through, and what came of it. */
export function addDetailRoutes(app: ServerHono, context: ServerContext): void {
  const { manager, logger } = context

  app.openapi(listTransitions, (c) => {
    const { cursor, limit } = c.req.valid('query')
    const page = { limit, ...(cursor === undefined ? {} : { cursor }) }
    return c.json(manager.transitions(c.req.valid('param').id, page), 200)
  })

  app.openapi(listCheckpoints, (c) => {
    return c.json({ items: manager.checkpoints(c.req.valid('param').id) }, 200)
  })

  app.openapi(getHistory, (c) => {
    const { since } = c.req.valid('query')
    const { id } = c.req.valid('param')
    return c.json(manager.history(id, since === undefined ? undefined : Date.parse(since)), 200)
  })

  app.openapi(readLog, async (c) => {
    const { id } = c.req.valid('param')
    const { after, limit, last, since, stream } = c.req.valid('query')
    const filter = { last, since: since === undefined ? undefined : new Date(since).toISOString(), stream }
    const refreshError = await refreshLogs(context, id)
    const page = manager.logs(id, after, limit, filter)
    return c.json(refreshError === null ? page : { ...page, refreshError }, 200)
  })

  app.openapi(readCollected, async (c) => {
    const { id, node } = c.req.valid('param')
    const bytes = await manager.collected(id, node)
    if (c.req.raw.method === 'HEAD') bytes.destroy()
    const failed = (error: unknown): void => {
      logger.error(`Reading what node ${node} of job ${id} has collected failed.`, { error })
      // The headers are sent: a connection that breaks is all that can tell the client.
      c.env?.outgoing?.destroy()
    }
    return c.body(streamOf(bytes, failed), 200, { 'Content-Type': 'application/octet-stream' })
  })
}

/** Has what is new of a log read where its job runs. What takes longer is there later. @returns why it may be missing */
function refreshLogs({ manager, foreign, clock }: ServerContext, id: string): Promise<string | null> {
  const { provider } = manager.get(id)
  if (provider === LOCAL) return Promise.resolve(null)
  const { signal } = new AbortController()
  const late = (): Error => new Error(`${provider} takes its time`)
  return within({ clock, ms: LOG_PATIENCE, signal, late }, (inTime) => foreign.refreshLogs(id, inTime)).catch(
    failureReason,
  )
}

/** Reads as the client does; an error ends the stream, after `failed` was called. */
function streamOf(bytes: Readable, failed: (error: unknown) => void): ReadableStream<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await chunks.next()
          if (next.done === true) controller.close()
          else controller.enqueue(next.value)
        } catch (error) {
          failed(error)
          controller.close()
        }
      },
      cancel: () => void bytes.destroy(),
    },
    { highWaterMark: 0 },
  )
}
